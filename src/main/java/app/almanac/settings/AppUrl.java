package app.almanac.settings;

import java.net.URI;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Almanac's public base URL ({@code APP_URL}): every absolute URL is made from it, whatever a request's Host says. */
@ConfigurationProperties("almanac")
public record AppUrl(URI appUrl) {

    public AppUrl {
        appUrl = BadSetting.address("APP_URL", appUrl);
        if (!appUrl.getPath().isEmpty()) {
            throw new BadSetting(
                    "APP_URL", "has a path: set it to a scheme and a host, such as https://almanac.example.");
        }
    }

    /** An absolute URL for a path that starts with a slash. */
    public URI at(String path) {
        return URI.create(appUrl + path);
    }

    public boolean isHttps() {
        return "https".equals(appUrl.getScheme());
    }

    /** The name of a cookie of ours: with the {@code __Host-} prefix over https. */
    public String cookie(String name) {
        return isHttps() ? "__Host-" + name : name;
    }
}
