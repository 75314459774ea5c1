package app.almanac.accounts;

import org.jspecify.annotations.Nullable;

/** What a redirect brought back to one of the two return addresses. */
record Return(
        @Nullable String state,
        @Nullable String code,
        @Nullable String error,
        @Nullable String iss) {

    @Override
    public String toString() {
        return "Return[***]";
    }
}
