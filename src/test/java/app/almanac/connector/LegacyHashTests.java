package app.almanac.connector;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.upstream.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;
import org.springframework.security.crypto.factory.PasswordEncoderFactories;
import org.springframework.security.crypto.password.Pbkdf2PasswordEncoder;
import org.springframework.security.crypto.scrypt.SCryptPasswordEncoder;

class LegacyHashTests {

    /**
     * Published by others: crypt_blowfish; the reference implementation of Argon2; RFC 7914, section 12 (its first 32
     * bytes); OpenLDAP's slappasswd as tested by 389 Directory Server; Ory Kratos; RFC 1321, appendix A.5.
     */
    @ParameterizedTest
    @CsvSource({
        "U*U, {bcrypt}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
        "U*U*, {bcrypt}$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK",
        "password, '{argon2}$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'",
        "password, {ssha}jdALDtX0+MVMkRsX0ilHz0O6Uos95D4s",
        "password, {ssha256}covFryM35UrKB3gMYxtYpQYTHbTn5kFphjcNHewfj581SLJwjA9jew==",
        "password, {ssha512}+7A8kA32q4mCBao4Cbatdyzl5imVwJ62ZAE7UOTP4pfrF90E9R2LabOfJFzx6guaYhTmUEVK2wRKC8bToqspdeTluX2d1BX2",
        "test123, {SSHA}JFZFs0oHzxbMwkSJmYVeI8MnTDy/276a",
        "test123, {SSHA256}czO44OTV17PcF1cRxWrLZLy9xHd7CWyVYplr1rOhuMlx/7IK",
        "test123, {SSHA512}xPUl/px+1cG55rUH4rzcwxdOIPSB2TingLpiJJumN2xyDWN4Ix1WQG3ihnvHaWUE8MYNkvMi5rf0C9NYixHsE6Yh59M=",
        "abc, {md5}900150983cd24fb0d6963f7d28e17f72",
        "message digest, {md5}F96B697D7CB7938D525A2F31AAF161D0"
    })
    void publishedVectorsOfEachSchemeAreRight(String password, String stored) {
        assertThat(matches(stored, password)).isTrue();
        assertThat(matches(stored, password + "x")).isFalse();
        assertThat(matches(stored, password.substring(1))).isFalse();
        assertThat(matches(stored, "")).isFalse();
    }

    @Test
    void theVectorOfScryptsStandardIsRight() {
        var derived = HexFormat.of().parseHex("fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162");
        var salt = "NaCl".getBytes(StandardCharsets.US_ASCII);
        var base64 = Base64.getEncoder();
        var stored = "{scrypt}$a0810$" + base64.encodeToString(salt) + "$" + base64.encodeToString(derived);

        assertThat(matches(stored, "password")).isTrue();
        assertThat(matches(stored, "Password")).isFalse();
    }

    @SuppressWarnings("deprecation")
    static List<String> whatSpringWrites() {
        return List.of(
                PasswordEncoderFactories.createDelegatingPasswordEncoder().encode("Passwörter"),
                "{bcrypt}" + new BCryptPasswordEncoder(BCryptPasswordEncoder.BCryptVersion.$2Y, 4).encode("Passwörter"),
                "{bcrypt}" + new BCryptPasswordEncoder(BCryptPasswordEncoder.BCryptVersion.$2B, 4).encode("Passwörter"),
                "{argon2}"
                        + Argon2PasswordEncoder.defaultsForSpringSecurity_v5_2().encode("Passwörter"),
                "{argon2@SpringSecurity_v5_8}"
                        + Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode("Passwörter"),
                "{scrypt}"
                        + SCryptPasswordEncoder.defaultsForSpringSecurity_v4_1().encode("Passwörter"),
                "{scrypt@SpringSecurity_v5_8}"
                        + SCryptPasswordEncoder.defaultsForSpringSecurity_v5_8().encode("Passwörter"),
                "{pbkdf2}"
                        + Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_5().encode("Passwörter"),
                "{pbkdf2}"
                        + Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode("Passwörter"),
                "{pbkdf2@SpringSecurity_v5_8}"
                        + Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode("Passwörter"));
    }

    @ParameterizedTest
    @MethodSource("whatSpringWrites")
    void whateverSpringsEncodersWroteIsRead(String stored) {
        assertThat(matches(stored, "Passwörter")).isTrue();
        assertThat(matches(stored, "Passworter")).isFalse();
        assertThat(matches(stored, "Passwörter ")).isFalse();
        assertThat(matches(stored, Normalizer.normalize("Passwörter", Normalizer.Form.NFD)))
                .isFalse();
        assertThat(matches(stored, "Passwörter\0")).isFalse();
        assertThat(matches(stored, "Passwörter\0Passwörter")).isFalse();
        assertThat(matches(stored, "")).isFalse();
    }

    /** Old stores have the digest of nothing where somebody never had a password. */
    @Test
    void theEmptyPasswordIsNeverRight() throws Exception {
        for (var stored : List.of(
                "{md5}d41d8cd98f00b204e9800998ecf8427e",
                "{ssha}" + salted("SHA-1", ""),
                "{ssha256}" + salted("SHA-256", ""),
                "{ssha512}" + salted("SHA-512", ""),
                "{bcrypt}" + new BCryptPasswordEncoder(4).encode(""),
                "{scrypt}" + new SCryptPasswordEncoder(16, 8, 1, 32, 16).encode(""),
                "{argon2}" + new Argon2PasswordEncoder(16, 32, 1, 256, 1).encode(""),
                "{pbkdf2}"
                        + Pbkdf2PasswordEncoder.defaultsForSpringSecurity_v5_8().encode(""))) {
            assertThat(matches(stored, "")).as(stored).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{argon2}$argon2id$v=19$m=0,t=0,p=0$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "{argon2}$argon2id$v=19$m=16,t=1,p=999$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "{argon2}$argon2id$v=99$m=256,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "{argon2}$argon2id$v=19$m=256,t=1,p=1$A$A",
                "{scrypt}$00801$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI=",
                "{scrypt}$10801$TmFDbA==$AA==",
                "{scrypt}$100101$AAA$A=="
            })
    void parametersThatMakeNoSenseFitNoPassword(String stored) {
        assertThat(LegacyHash.of(new Secret(stored)).filter(hash -> hash.matches(new Secret("password"))))
                .isEmpty();
    }

    @Test
    void underBcrypt72BytesAreThePasswordAnd73NeverAre() {
        var full = "é".repeat(35) + "ab";
        assertThat(full.getBytes(StandardCharsets.UTF_8)).hasSize(72);
        var stored = "{bcrypt}" + new BCryptPasswordEncoder(4).encode(full);

        assertThat(matches(stored, full)).isTrue();
        assertThat(matches(stored, full + "c")).isFalse();
        assertThat(matches(stored, full.substring(0, 36))).isFalse();
    }

    @Test
    void longPasswordsAreReadWholeUnderEveryOtherScheme() throws Exception {
        var longer = "p".repeat(200);
        for (var stored : List.of(
                "{argon2}" + new Argon2PasswordEncoder(16, 32, 1, 256, 1).encode(longer),
                "{scrypt}" + new SCryptPasswordEncoder(16, 8, 1, 32, 16).encode(longer),
                "{ssha}" + salted("SHA-1", longer),
                "{ssha256}" + salted("SHA-256", longer),
                "{ssha512}" + salted("SHA-512", longer),
                "{md5}"
                        + HexFormat.of()
                                .formatHex(MessageDigest.getInstance("MD5")
                                        .digest(longer.getBytes(StandardCharsets.UTF_8))))) {
            assertThat(matches(stored, longer)).as(stored).isTrue();
            assertThat(matches(stored, longer + "p")).as(stored).isFalse();
            assertThat(matches(stored, "p".repeat(199))).as(stored).isFalse();
        }
    }

    /** Half a surrogate pair would be written as a question mark by some schemes, and pass for one. */
    @Test
    void whatIsNoTextIsNoPassword() throws Exception {
        for (var stored : List.of(
                "{bcrypt}" + new BCryptPasswordEncoder(4).encode("abc?"),
                "{scrypt}" + new SCryptPasswordEncoder(16, 8, 1, 32, 16).encode("abc?"),
                "{argon2}" + new Argon2PasswordEncoder(16, 32, 1, 256, 1).encode("abc?"),
                "{ssha}" + salted("SHA-1", "abc?"))) {
            assertThat(matches(stored, "abc?")).isTrue();
            assertThat(matches(stored, "abc\ud800")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "secret",
                "{noop}secret",
                "{MD4}8a9d093f14f8701df17732b2bb182c74",
                "{bcrypt}",
                "{bcrypt}secret",
                "{bcrypt}$2a$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "{bcrypt}$2a$00$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "{bcrypt}$2a$14$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "{bcrypt}$2a$99$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "{bcrypt}$2a$31$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "{argon2}$argon2id$v=19$m=9999999,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "{argon2}$argon2id$v=19$m=1,t=999,p=1",
                "{scrypt}$ff0801$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI=",
                "{scrypt}$e0001$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI=",
                "{pbkdf2}0123",
                "{ssha}AAAA",
                "{ssha}not base64!",
                "{ssha512}jdALDtX0+MVMkRsX0ilHz0O6Uos95D4s",
                "{md5}xyz"
            })
    void whatCannotBeCheckedIsNoHash(String stored) {
        assertThat(LegacyHash.of(new Secret(stored))).isEmpty();
    }

    @Test
    void whatIsLongerThanAnySchemeWritesIsNoHash() {
        assertThat(LegacyHash.of(new Secret("{ssha}" + "A".repeat(800)))).isPresent();
        assertThat(LegacyHash.of(new Secret("{ssha}" + "A".repeat(1000)))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{md5}900150983cd24fb0d6963f7d28e17f72",
                "{ssha}jdALDtX0+MVMkRsX0ilHz0O6Uos95D4s",
                "{bcrypt}$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
                "{argon2}$argon2id$v=19$m=16,t=1,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
                "{scrypt}$40801$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI="
            })
    void whateverTheSchemeAFastHashIsWeak(String stored) {
        assertThat(LegacyHash.of(new Secret(stored)).orElseThrow().isWeak()).isTrue();
    }

    @Test
    @SuppressWarnings("deprecation") // the cheapest that Spring Security ever wrote
    void whatSpringsEncodersWriteIsNotWeak() {
        assertThat(LegacyHash.DECOY.isWeak()).isFalse();
        for (var stored : List.of(
                "{argon2}"
                        + Argon2PasswordEncoder.defaultsForSpringSecurity_v5_2().encode("abc"),
                "{scrypt}"
                        + SCryptPasswordEncoder.defaultsForSpringSecurity_v4_1().encode("abc"))) {
            assertThat(LegacyHash.of(new Secret(stored)).orElseThrow().isWeak()).isFalse();
        }
    }

    @Test
    void theMemoryThatACheckTakesIsKnown() {
        var argon2 = "{argon2}$argon2id$v=19$m=%s$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

        assertThat(kibibytes(argon2.formatted("65536,t=2,p=1"))).isEqualTo(64 * 1024);
        assertThat(kibibytes(argon2.formatted("16,t=1,p=100"))).isEqualTo(800);
        assertThat(kibibytes("{scrypt}$e0801$TmFDbA==$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWI="))
                .isEqualTo(16 * 1024);
        assertThat(LegacyHash.DECOY.kibibytes()).isZero();
    }

    @Test
    void aHashPrintsAsNothing() {
        assertThat(LegacyHash.DECOY.toString()).contains("BCRYPT").doesNotContain("$2a$");
    }

    private static int kibibytes(String stored) {
        return LegacyHash.of(new Secret(stored)).orElseThrow().kibibytes();
    }

    private static boolean matches(String stored, String password) {
        return LegacyHash.of(new Secret(stored)).orElseThrow().matches(new Secret(password));
    }

    private static String salted(String algorithm, String password) throws Exception {
        var salt = new byte[] {1, 2, 3, 4};
        var digest = MessageDigest.getInstance(algorithm);
        digest.update(password.getBytes(StandardCharsets.UTF_8));
        var hash = digest.digest(salt);
        var both = Arrays.copyOf(hash, hash.length + salt.length);
        System.arraycopy(salt, 0, both, hash.length, salt.length);
        return Base64.getEncoder().encodeToString(both);
    }
}
