package app.almanac.security;

import org.apache.catalina.valves.RemoteIpValve;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Takes the client's address from {@code X-Forwarded-For} where the peer is a proxy that the operator named; from
 * anybody else the header is nothing. No other forwarded header counts: every address of ours comes from
 * {@code APP_URL}.
 */
@Component
class NamedProxies implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

    private final ServingSettings settings;

    NamedProxies(ServingSettings settings) {
        this.settings = settings;
    }

    @Override
    @SuppressWarnings("NullAway") // null is how Tomcat is told that the header counts for nothing
    public void customize(TomcatServletWebServerFactory factory) {
        if (settings.trustedProxies().isEmpty()) {
            return;
        }
        var valve = new RemoteIpValve();
        valve.setInternalProxies(String.join(",", settings.trustedProxies()));
        valve.setProtocolHeader(null);
        factory.addEngineValves(valve);
    }
}
