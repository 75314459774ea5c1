package app.almanac.web;

import app.almanac.upstream.Secret;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.server.ResponseStatusException;

/**
 * What every machine address asks of a request before it is read: the caller's credential, compared in constant time,
 * and a body of bounded size. An address whose credential is not set does not exist (404).
 */
public final class MachineRequest {

    private static final class Unauthorized extends ResponseStatusException {

        private static final long serialVersionUID = 1L;

        private final @Nullable String challenge;

        Unauthorized(@Nullable String challenge) {
            super(HttpStatus.UNAUTHORIZED);
            this.challenge = challenge;
        }

        @Override
        public HttpHeaders getHeaders() {
            var headers = new HttpHeaders();
            if (challenge != null) {
                headers.set(HttpHeaders.WWW_AUTHENTICATE, challenge);
            }
            return headers;
        }
    }

    private MachineRequest() {}

    /**
     * Lets a request with {@code Authorization: Bearer} and this token pass.
     *
     * @throws ResponseStatusException 404 when no token is set, 401 when another or none is given
     */
    public static void requireBearer(HttpServletRequest request, @Nullable Secret token) {
        require(token, given(request, "Bearer "), "Bearer");
    }

    /**
     * Lets a request with {@code Authorization: Basic} and these credentials pass.
     *
     * @throws ResponseStatusException 404 when no user name or no password is set, 401 when others or none are given
     */
    public static void requireBasic(HttpServletRequest request, String username, @Nullable Secret password) {
        var expected = username.isBlank() || password == null || password.isBlank()
                ? null
                : new Secret(username + ":" + password.reveal());
        var given = given(request, "Basic ");
        require(expected, given == null ? null : decoded(given), "Basic realm=\"Almanac\", charset=\"UTF-8\"");
    }

    /**
     * Lets a request with this header and value, exactly once, pass.
     *
     * @throws ResponseStatusException 404 when no token is set, 401 when another or none is given
     */
    public static void requireHeader(HttpServletRequest request, String name, @Nullable Secret token) {
        require(token, only(request, name), null);
    }

    /** The value of a header that is there exactly once, else null. */
    public static @Nullable String only(HttpServletRequest request, String name) {
        var values = request.getHeaders(name);
        var first = values.hasMoreElements() ? values.nextElement() : null;
        return values.hasMoreElements() ? null : first;
    }

    /**
     * The body's bytes.
     *
     * @throws ResponseStatusException 413 when there are more than {@code most}
     */
    public static byte[] body(HttpServletRequest request, int most) throws IOException {
        if (request.getContentLengthLong() > most) {
            throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE);
        }
        var body = request.getInputStream().readNBytes(most + 1);
        if (body.length > most) {
            throw new ResponseStatusException(HttpStatus.CONTENT_TOO_LARGE);
        }
        return body;
    }

    private static void require(@Nullable Secret expected, @Nullable String given, @Nullable String challenge) {
        if (expected == null || expected.isBlank()) {
            throw new ResponseStatusException(HttpStatus.NOT_FOUND);
        }
        if (given == null || !expected.equals(new Secret(given))) {
            throw new Unauthorized(challenge);
        }
    }

    private static @Nullable String given(HttpServletRequest request, String scheme) {
        var header = only(request, HttpHeaders.AUTHORIZATION);
        return header != null && header.regionMatches(true, 0, scheme, 0, scheme.length())
                ? header.substring(scheme.length()).strip()
                : null;
    }

    private static @Nullable String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }
}
