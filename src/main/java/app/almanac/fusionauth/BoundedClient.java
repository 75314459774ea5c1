package app.almanac.fusionauth;

import app.almanac.upstream.Upstream;
import com.inversoft.rest.ClientResponse;
import com.inversoft.rest.JSONResponseHandler;
import com.inversoft.rest.RESTClient;
import io.fusionauth.client.FusionAuthClient;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * FusionAuth's client, sending through {@link Upstream}. Its own transport bounds neither the length nor the duration of
 * an answer, and repeats a GET whose connection was dropped.
 */
class BoundedClient extends FusionAuthClient {

    private final FusionAuthSettings settings;
    private final Duration deadline;

    BoundedClient(FusionAuthSettings settings, Duration deadline) {
        super(settings.apiKey(), settings.internalUrl().toString());
        this.settings = settings;
        this.deadline = deadline;
    }

    @Override
    protected <T, U> RESTClient<T, U> startAnonymous(Class<T> type, Class<U> errorType) {
        return new Request<>(type, errorType, deadline)
                .url(settings.internalUrl().toString())
                .header(TENANT_ID_HEADER, settings.tenantId().toString());
    }

    private static final class Request<T, U> extends RESTClient<T, U> {

        private final Class<T> type;
        private final Class<U> errorType;
        private final Duration deadline;
        private final Map<String, String> headers = new LinkedHashMap<>();
        private HTTPMethod method = HTTPMethod.GET;
        private @Nullable BodyHandler body;

        Request(Class<T> type, Class<U> errorType, Duration deadline) {
            super(type, errorType);
            this.type = type;
            this.errorType = errorType;
            this.deadline = deadline;
        }

        @Override
        public ClientResponse<T, U> go() {
            var response = new ClientResponse<T, U>();
            try {
                var answer = Upstream.send(built(), deadline);
                response.status = answer.statusCode();
                response.setHeaders(answer.headers().map());
                if (answer.statusCode() >= 200 && answer.statusCode() < 300) {
                    response.successResponse = read(type, answer.body());
                } else {
                    response.errorResponse = read(errorType, answer.body());
                }
            } catch (IOException | RuntimeException e) {
                response.exception = e;
            }
            return response;
        }

        private HttpRequest built() throws IOException {
            var query = parameters().entrySet().stream()
                    .flatMap(parameter -> parameter.getValue().stream()
                            .map(value -> encoded(parameter.getKey()) + "=" + encoded(value)))
                    .collect(Collectors.joining("&"));
            var address = URI.create(query.isEmpty() ? url() : url() + "?" + query);
            var request = Upstream.request(address)
                    .method(
                            method.name(),
                            body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body.getBody()));
            headers.forEach(request::header);
            if (body != null) {
                var ofBody = new Headers(address.toURL());
                body.setHeaders(ofBody);
                request.header("Content-Type", ofBody.getRequestProperty("Content-Type"));
            }
            return request.build();
        }

        private static <R> @Nullable R read(Class<R> type, byte[] json) throws IOException {
            return type == Void.TYPE || json.length == 0
                    ? null
                    : new JSONResponseHandler<>(type, objectMapper).apply(new ByteArrayInputStream(json));
        }

        private static String encoded(String text) {
            return URLEncoder.encode(text, StandardCharsets.UTF_8);
        }

        @Override
        public RESTClient<T, U> authorization(String key) {
            return addHeader("Authorization", key);
        }

        @Override
        public RESTClient<T, U> addHeader(String name, String value) {
            headers.put(name, value);
            return this;
        }

        @Override
        public RESTClient<T, U> bodyHandler(BodyHandler handler) {
            body = handler;
            return this;
        }

        @Override
        public RESTClient<T, U> get() {
            return method(HTTPMethod.GET);
        }

        @Override
        public RESTClient<T, U> post() {
            return method(HTTPMethod.POST);
        }

        @Override
        public RESTClient<T, U> put() {
            return method(HTTPMethod.PUT);
        }

        @Override
        public RESTClient<T, U> patch() {
            return method(HTTPMethod.PATCH);
        }

        @Override
        public RESTClient<T, U> delete() {
            return method(HTTPMethod.DELETE);
        }

        @Override
        public RESTClient<T, U> method(HTTPMethod given) {
            method = given;
            return this;
        }
    }

    /** Only collects the headers that a body asks for. */
    private static final class Headers extends HttpURLConnection {

        Headers(URL address) {
            super(address);
        }

        @Override
        public void connect() {}

        @Override
        public void disconnect() {}

        @Override
        public boolean usingProxy() {
            return false;
        }
    }
}
