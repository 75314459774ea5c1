package app.almanac.sessions;

import app.almanac.fusionauth.PersonId;
import app.almanac.upstream.Secret;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What a business application asks for at a person's sign-in, checked for its form. */
record SessionRequest(
        PersonId person,
        @Nullable String indicator,
        Secret accessToken,
        @Nullable Instant expiresAt,
        @Nullable ExpiryRules expiryRules,
        @Nullable JsonNode metadata) {

    /** A field that cannot be taken. The message says why, and never repeats the value. */
    static final class BadField extends RuntimeException {

        private final String field;
        private final String why;

        BadField(String field, String why) {
            super(field + " " + why);
            this.field = field;
            this.why = why;
        }

        String field() {
            return field;
        }

        String why() {
            return why;
        }
    }

    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9._~-]{1,200}");
    private static final Pattern UUID_TEXT = Pattern.compile("(?i)[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Duration LONGEST = Duration.ofDays(366);
    private static final int INDICATOR = 200;
    private static final int TOKEN = 8192;
    private static final int METADATA = 4096;

    /** @throws BadField when it is no identifier */
    static String identifier(String text) {
        if (!IDENTIFIER.matcher(text).matches()) {
            throw new BadField("identifier", "is not 1 to 200 of A-Z a-z 0-9 . _ ~ -");
        }
        return text;
    }

    /** @throws BadField when it is no user's id */
    static PersonId person(String text) {
        if (!UUID_TEXT.matcher(text).matches()) {
            throw new BadField("userId", "is not the id of a user (a UUID)");
        }
        return new PersonId(UUID.fromString(text));
    }

    /** @throws BadField when it is too long, blank, or has control characters */
    static String indicator(String text) {
        if (text.isBlank() || text.length() > INDICATOR || text.chars().anyMatch(Character::isISOControl)) {
            throw new BadField("indicator", "is not 1 to 200 characters without control characters");
        }
        return text;
    }

    /** @throws BadField naming the first field that cannot be taken */
    static SessionRequest from(JsonNode body) {
        if (!body.isObject()) {
            throw new BadField("body", "is no JSON object");
        }
        var user = text(body, "userId");
        var token = text(body, "accessToken");
        var indicator = text(body, "indicator");
        if (user == null) {
            throw new BadField("userId", "is missing");
        }
        if (token == null || token.isBlank() || token.length() > TOKEN) {
            throw new BadField("accessToken", "is missing, or longer than 8192 characters");
        }
        return new SessionRequest(
                person(user),
                indicator == null ? null : indicator(indicator),
                new Secret(token),
                instant(text(body, "expiresAt")),
                rules(body.path("expiryRules")),
                metadata(body.path("metadata")));
    }

    /** The earliest of the token's end, the wanted end, and the rules' end for a session that begins now. */
    Instant end(Instant now, Instant tokenEnd) {
        return Stream.of(tokenEnd, expiresAt, expiryRules == null ? null : expiryRules.endOf(now))
                .filter(Instant.class::isInstance)
                .map(Instant.class::cast)
                .min(Instant::compareTo)
                .orElse(tokenEnd);
    }

    private static @Nullable Instant instant(@Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new BadField("expiresAt", "is no time of RFC 3339 with an offset");
        }
    }

    private static @Nullable ExpiryRules rules(JsonNode rules) {
        if (isAbsent(rules)) {
            return null;
        }
        if (!rules.isObject()) {
            throw new BadField("expiryRules", "is no JSON object");
        }
        return new ExpiryRules(duration(rules, "weekday"), duration(rules, "weekend"), zone(text(rules, "timeZone")));
    }

    private static Duration duration(JsonNode rules, String name) {
        try {
            var text = text(rules, name);
            var duration = text == null ? Duration.ZERO : Duration.parse(text);
            if (duration.isPositive() && duration.compareTo(LONGEST) <= 0) {
                return duration;
            }
        } catch (DateTimeException e) {
            // the same mend
        }
        throw new BadField("expiryRules." + name, "is no duration of ISO 8601 such as PT5H, up to 366 days");
    }

    private static ZoneId zone(@Nullable String text) {
        if (text == null || !ZoneId.getAvailableZoneIds().contains(text)) {
            throw new BadField("expiryRules.timeZone", "is no time zone of IANA such as Europe/Berlin");
        }
        return ZoneId.of(text);
    }

    private static @Nullable JsonNode metadata(JsonNode metadata) {
        if (isAbsent(metadata)) {
            return null;
        }
        if (!metadata.isObject() || metadata.toString().length() > METADATA) {
            throw new BadField("metadata", "is no JSON object of up to 4096 characters");
        }
        return metadata;
    }

    private static @Nullable String text(JsonNode object, String name) {
        var value = object.path(name);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isString()) {
            throw new BadField(name, "is no text");
        }
        return value.asString();
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    @Override
    public String toString() {
        return "SessionRequest[" + person + "]";
    }
}
