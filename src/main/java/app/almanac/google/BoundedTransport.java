package app.almanac.google;

import app.almanac.upstream.Upstream;
import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.LowLevelHttpRequest;
import com.google.api.client.http.LowLevelHttpResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries the calls of Google's client, all of them GETs, over {@link Upstream}. The client's own transport bounds each
 * read but not a call, opens a connection for every call, and repeats a GET whose connection was dropped.
 */
class BoundedTransport extends HttpTransport {

    private final Duration deadline;

    BoundedTransport(Duration deadline) {
        this.deadline = deadline;
    }

    @Override
    protected LowLevelHttpRequest buildRequest(String method, String address) {
        return new Request(Upstream.request(URI.create(address)).method(method, HttpRequest.BodyPublishers.noBody()));
    }

    private final class Request extends LowLevelHttpRequest {

        private final HttpRequest.Builder request;

        Request(HttpRequest.Builder request) {
            this.request = request;
        }

        @Override
        public void addHeader(String name, String value) {
            request.header(name, value);
        }

        @Override
        public LowLevelHttpResponse execute() throws IOException {
            return new Response(Upstream.send(request.build(), deadline));
        }
    }

    private static final class Response extends LowLevelHttpResponse {

        private final HttpResponse<byte[]> answer;
        private final List<Map.Entry<String, String>> headers;

        Response(HttpResponse<byte[]> answer) {
            this.answer = answer;
            this.headers = answer.headers().map().entrySet().stream()
                    .flatMap(header -> header.getValue().stream().map(value -> Map.entry(header.getKey(), value)))
                    .toList();
        }

        @Override
        public InputStream getContent() {
            return new ByteArrayInputStream(answer.body());
        }

        @Override
        public @Nullable String getContentEncoding() {
            return answer.headers().firstValue("Content-Encoding").orElse(null);
        }

        @Override
        public long getContentLength() {
            return answer.body().length;
        }

        @Override
        public @Nullable String getContentType() {
            return answer.headers().firstValue("Content-Type").orElse(null);
        }

        @Override
        public String getStatusLine() {
            return "HTTP " + answer.statusCode();
        }

        @Override
        public int getStatusCode() {
            return answer.statusCode();
        }

        @Override
        public String getReasonPhrase() {
            return "";
        }

        @Override
        public int getHeaderCount() {
            return headers.size();
        }

        @Override
        public String getHeaderName(int index) {
            return headers.get(index).getKey();
        }

        @Override
        public String getHeaderValue(int index) {
            return headers.get(index).getValue();
        }
    }
}
