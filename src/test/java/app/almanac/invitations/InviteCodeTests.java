package app.almanac.invitations;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.graalvm.polyglot.Context;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InviteCodeTests {

    private static final String ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
    private static final String ODD =
            "oiıİlL|OI ·.-–−_\t\n\u00A0\u200B\u00AD\uFEFFοΟаАαΑвΒсϲςеεнΗјϳкΚмΜΝνрρΡѕтΤԝхΧуγΥΖζßéé\u0301\u0308\u20DDⅷ７ＫµΣσ𝐤";

    @Test
    void codesAreSixteenUnambiguousCharactersWithALetterAndNoneComesTwice() {
        var seen = new HashSet<String>();
        var counts = new int[128];
        for (int i = 0; i < 100_000; i++) {
            var code = InviteCode.random().value();
            assertThat(code).matches("[0-9a-hjkmnp-tv-z]{16}").containsPattern("[a-z]");
            assertThat(seen.add(code)).isTrue();
            code.chars().forEach(character -> counts[character]++);
        }
        // 1.6 million characters over 32: 50,000 each, give or take six standard deviations
        assertThat(ALPHABET.chars().map(character -> counts[character]))
                .allMatch(count -> count > 48_600 && count < 51_400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7K3M 9X2P Q4TZ WB0N",
                "7k3m-9x2p-q4tz-wb0n",
                " 7k3m\u20119x2p\u2013q4tz\u2014wb0n\n",
                "7k3m9x2pq4tzwbon",
                "７ｋ３ｍ９ｘ２ｐｑ４ｔｚｗｂ０ｎ",
                "7\u200Bk3m.9x2p_q4tz\u00A0wb0n",
                "7к3м9х2рq4тzwb0n",
                "7k3m9x2pq4tzwbοn",
                "7Κ3Μ9Χ2ΡQ4ΤΖWΒΟΝ",
                "7k3\u030Am9x2pq4tzwb\uFEFF0n"
            })
    void whateverWayACodeIsTypedItIsTheSame(String typed) {
        assertThat(InviteCode.typed(typed)).contains(new InviteCode("7k3m9x2pq4tzwb0n"));
    }

    @Test
    void readingACodeAgainChangesNothingAndNoDisguiseOfARandomCodeIsAnother() {
        var random = new Random(4);
        for (int i = 0; i < 2_000; i++) {
            var code = InviteCode.random();
            var disguised = new StringBuilder();
            for (var character : code.value().toCharArray()) {
                var shown = character == '1' ? "1iIlL|".charAt(random.nextInt(6)) : character;
                disguised.append(shown == '0' ? "0oO".charAt(random.nextInt(3)) : shown);
                disguised.append(random.nextInt(4) == 0 ? " -\u2010\u00AD".charAt(random.nextInt(4)) : "");
            }
            var typed = random.nextBoolean()
                    ? disguised.toString()
                    : disguised.toString().toUpperCase(Locale.ROOT);

            assertThat(InviteCode.typed(typed)).as(typed).contains(code);
            assertThat(InviteCode.typed(code.spaced())).contains(code);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "7k3m9x2pq4tzwb0",
                "7k3m9x2pq4tzwb0nn",
                "7k3m9x2pq4tzwb0u",
                "1234567890123456",
                "7k3m9x2pq4tzwb0\"",
                "* OR data.x:7k3m",
                "7k3m9x2p/4tzwb0n"
            })
    void whatIsNoCodeIsNone(String typed) {
        assertThat(InviteCode.typed(typed)).isEmpty();
    }

    /** {@code kickstart/lambdas/invitation-search.js} searches for what Almanac reads, and for nothing else. */
    @Test
    void theSearchLambdaReadsACodeAsAlmanacDoes() throws Exception {
        var samples =
                new ArrayList<>(List.of("", "7k3m9x2pq4tzwb0u", "\u00007k3m9x2pq4tzwb0n", "7K3M 9X2P\u2028Q4TZ\tWB0N"));
        var random = new Random(15);
        for (int i = 0; i < 2_000; i++) {
            var text = new StringBuilder(InviteCode.random().value());
            for (int change = random.nextInt(4); change >= 0; change--) {
                var at = random.nextInt(text.length());
                var other =
                        ODD.codePointAt(ODD.offsetByCodePoints(0, random.nextInt(ODD.codePointCount(0, ODD.length()))));
                if (random.nextBoolean()) {
                    text.insert(at, Character.toString(other));
                } else {
                    text.replace(at, at + 1, Character.toString(other));
                }
            }
            samples.add(text.toString());
        }
        // each letter of Greek, Cyrillic and what looks alike stands for itself, or for nothing, in both
        IntStream.rangeClosed(0x20, 0x52F)
                .mapToObj(Character::toString)
                .forEach(one -> samples.add("7k3m9x2pq4tzwb0" + one));
        try (var js = Context.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .build()) {
            js.eval("js", Files.readString(Path.of("kickstart", "lambdas", "invitation-search.js")));
            var normalised = js.getBindings("js").getMember("normalised");
            for (var sample : samples) {
                var read = normalised.execute(sample).asString();
                var code = read.matches("(?=.*[a-z])[0-9a-hjkmnp-tv-z]{16}") ? read : null;

                assertThat(InviteCode.typed(sample).map(InviteCode::value))
                        .as(sample)
                        .isEqualTo(Optional.ofNullable(code));
            }
        }
    }

    @Test
    void theKnownLambdaReadsACodeAsAlmanacDoes() throws Exception {
        try (var js = Context.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .build()) {
            js.eval("js", Files.readString(Path.of("kickstart", "lambdas", "invitation-known.js")));
            var normalised = js.getBindings("js").getMember("normalised");
            for (int odd = 0; odd < 0x3100; odd++) {
                var typed = "Wel" + Character.toString(odd) + "come";
                var settings = new InvitationSettings(
                        InvitationSettings.Mode.KNOWN, 3, Duration.ofDays(30), List.of("welcome"), "");

                assertThat(settings.knows(typed))
                        .as("U+%04X", odd)
                        .isEqualTo(normalised.execute(typed).asString().equals("welcome"));
            }
        }
    }

    @Test
    void anEndlessTextIsNoCode() {
        assertThat(InviteCode.typed(" ".repeat(1 << 20) + "7k3m9x2pq4tzwb0n")).isEmpty();
        assertThat(InviteCode.typed(null)).isEmpty();
    }
}
