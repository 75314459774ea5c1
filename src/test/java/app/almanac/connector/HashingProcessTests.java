package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.Wait;
import app.almanac.upstream.Secret;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HashingProcessTests {

    private static final Secret RIGHT = new Secret("abc");
    private static final LegacyHash CHEAP = md5("abc");

    private final HashingProcess process = new HashingProcess();

    @AfterEach
    void end() {
        process.destroy();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abc", " abc ", "a\0b", "Zoë 🔑", "a\nb"})
    void aPasswordArrivesAsItIsTyped(String password) throws Exception {
        assertThat(process.matches(md5(password), new Secret(password))).isTrue();
        assertThat(process.matches(md5(password), new Secret(password + " "))).isFalse();
    }

    @Test
    void whoIsCheckedQuicklyDoesNotWaitForWhoIsNot() throws Exception {
        var child = process.running().process;
        var slow = check(bcrypt(13), new Secret("wrong"));
        untilItWorks(child);

        assertThat(process.matches(CHEAP, RIGHT)).isTrue();
        assertThat(slow).isNotDone();
        assertThat(slow).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(false);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void itGivesWayToPagesAndKnowsNoneOfOurSettings() throws Exception {
        var child = String.valueOf(process.running().process.pid());

        assertThat(niceness(child)).isEqualTo(Math.min(19, niceness("self") + 5));
        assertThat(System.getenv()).as("which it could know").containsKey("PATH");
        assertThat(Files.readString(Path.of("/proc", child, "environ")).split("\0"))
                .allMatch(one -> one.isEmpty() || one.matches("(LANG|LC_ALL|LC_CTYPE)=.*"));
    }

    @Test
    void whenItHasEndedAnotherIsStartedButNotOverAndOver() throws Exception {
        var first = process.running().process;
        first.destroyForcibly().waitFor();

        assertThatThrownBy(() -> process.matches(CHEAP, RIGHT)).isInstanceOf(IOException.class);

        Wait.until(this::isAnswered);
        assertThat(process.running().process.pid()).isNotEqualTo(first.pid());
    }

    @Test
    void aCheckUnderWayFailsWhenItEnds() throws Exception {
        var child = process.running().process;
        var check = check(bcrypt(15), RIGHT);
        untilItWorks(child);

        child.destroyForcibly();

        assertThat(check).failsWithin(Duration.ofMinutes(1)).withThrowableThat().withMessageContaining("has ended");
    }

    @Test
    void itIsNotStartedAgainOnceItWasStoppedForGood() throws Exception {
        process.running();
        process.destroy();

        assertThatThrownBy(process::running).isInstanceOf(IOException.class);
    }

    @Test
    void aHashThatWantsMoreMemoryThanThereIsLeavesTheOthersAlone() throws Exception {
        var first = process.running().process;
        var impossible = new LegacyHash(
                LegacyHash.Scheme.ARGON2,
                new Secret("$argon2id$v=19$m=1000000,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"),
                1,
                1);

        assertThatThrownBy(() -> process.matches(impossible, RIGHT)).isInstanceOf(IOException.class);

        assertThat(process.matches(CHEAP, RIGHT)).isTrue();
        assertThat(process.running().process).isSameAs(first);
    }

    @Test
    void theMostMemoryThatIsAllowedIsThere() throws Exception {
        var costly = LegacyHash.of(new Secret(
                        "{argon2}$argon2id$v=19$m=%d,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
                                .formatted(LegacyHash.KIBIBYTES)))
                .orElseThrow();

        for (int i = 0; i < 3; i++) {
            assertThat(process.matches(costly, RIGHT)).isFalse();
        }
    }

    @Test
    void whatStopsAWholeGroupOfProcessesDoesNotEndItBeforeAlmanac() throws Exception {
        var child = process.running().process;
        child.toHandle().destroy(); // which leaves its pipes open

        var asked = System.nanoTime();
        while (System.nanoTime() - asked < Duration.ofSeconds(1).toNanos()) { // many times what an end takes
            assertThat(process.matches(CHEAP, RIGHT)).isTrue();
        }
        assertThat(process.running().process).isSameAs(child);

        child.getOutputStream().close();
        assertThat(child.waitFor(1, TimeUnit.MINUTES))
                .as("nobody can ask it any more")
                .isTrue();
    }

    @Test
    void itEndsWhenNobodyCanAskItAnyMore() throws Exception {
        var child = process.running().process;
        child.getOutputStream().close();

        assertThat(child.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(child.exitValue()).isZero();
    }

    @Test
    void itPrintsNothingAlsoWhenAnEncoderComplains() throws Exception {
        var complained = LegacyHash.of(new Secret("{argon2}$argon2id$v=99$m=256,t=1,p=1$A$A"))
                .orElseThrow();
        var child = new ProcessBuilder(HashingProcess.java()).start();
        try (var questions = new DataOutputStream(child.getOutputStream())) {
            HashingCommand.write(7, complained, RIGHT, questions);
            questions.writeInt(8);
            questions.writeUTF("no scheme");
        }

        try (var answers = new DataInputStream(child.getInputStream())) {
            assertThat(answers.readInt()).isEqualTo(HashingCommand.READY);
        }
        assertThat(new String(child.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEmpty();
    }

    @Test
    void aStartThatFailsIsNotTriedForEachCheck(@TempDir Path folder) {
        var starts = folder.resolve("starts");
        var broken = new HashingProcess(List.of("sh", "-c", "echo started >> " + starts));

        assertThatThrownBy(() -> broken.matches(CHEAP, RIGHT)).hasMessageContaining("has ended");
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> broken.matches(CHEAP, RIGHT)).isInstanceOf(HashingProcess.NotRunning.class);
        }

        assertThat(starts).hasContent("started");
    }

    private boolean isAnswered() {
        try {
            return process.matches(CHEAP, RIGHT);
        } catch (IOException notStartedYet) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private CompletableFuture<Boolean> check(LegacyHash hash, Secret password) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return process.matches(hash, password);
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        });
    }

    private static void untilItWorks(Process child) {
        var before = processorTime(child);
        Wait.until(() -> processorTime(child).minus(before).toMillis() > 200);
    }

    /** The 19th field, by proc(5). */
    private static int niceness(String process) throws IOException {
        var stat = Files.readString(Path.of("/proc", process, "stat"));
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    }

    static Duration processorTime(Process child) {
        return child.info().totalCpuDuration().orElseThrow();
    }

    private static LegacyHash bcrypt(int cost) {
        var some = "$2a$%d$6vwonhsKrTeS/Hz03iCj.eY67obT1hTV/K5IXDa4ZnXulJWBkK0hu".formatted(cost);
        return new LegacyHash(LegacyHash.Scheme.BCRYPT, new Secret(some), 1, 0);
    }

    private static LegacyHash md5(String password) {
        try {
            var digest = MessageDigest.getInstance("MD5").digest(password.getBytes(StandardCharsets.UTF_8));
            return LegacyHash.of(new Secret("{md5}" + HexFormat.of().formatHex(digest)))
                    .orElseThrow();
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
