package app.almanac.settings;

/** One thing that the doctor looked at. {@code about} is what an operator calls it; no finding holds a secret. */
public sealed interface Finding {

    String about();

    /** What was found, in a sentence. */
    String what();

    record Well(String about, String what) implements Finding {}

    /** It works, and should not stay so. */
    record Doubtful(String about, String what, String mend) implements Finding {}

    record Wrong(String about, String what, String mend) implements Finding {}

    /** It could not be looked at, and why. */
    record Unseen(String about, String what) implements Finding {}
}
