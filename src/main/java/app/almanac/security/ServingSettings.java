package app.almanac.security;

import app.almanac.settings.BadSetting;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.security.web.util.matcher.IpAddressMatcher;

/**
 * How requests are let in: at which ports ({@code SERVER_PORT}, {@code MANAGEMENT_SERVER_PORT}), how many are worked on at
 * once ({@code REQUESTS_AT_ONCE}), how long Almanac goes on serving
 * after it was told to stop ({@code SHUTDOWN_WAIT}), and the addresses or networks of the proxies whose
 * {@code X-Forwarded-For} is believed ({@code TRUSTED_PROXIES}).
 */
@ConfigurationProperties("almanac")
public record ServingSettings(
        Integer serverPort,
        Integer managementServerPort,
        Integer requestsAtOnce,
        Duration shutdownWait,
        List<String> trustedProxies) {

    /**
     * With the 2 seconds of those who are connected ({@link Admission}) and the 27 of running requests, it is over before the
     * 40 that orchestrators are told, and 3 are left for the rest.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(8);

    public ServingSettings {
        BadSetting.present("SERVER_PORT", serverPort);
        BadSetting.present("MANAGEMENT_SERVER_PORT", managementServerPort);
        if (managementServerPort < 0 || (managementServerPort.equals(serverPort) && serverPort != 0)) {
            throw new BadSetting(
                    "MANAGEMENT_SERVER_PORT",
                    "is no port of its own: set it to one that SERVER_PORT is not, since what it shows is the operator's.");
        }
        if (BadSetting.present("REQUESTS_AT_ONCE", requestsAtOnce) < 1) {
            throw new BadSetting("REQUESTS_AT_ONCE", "is less than one: set it to a whole number from 1.");
        }
        if (BadSetting.present("SHUTDOWN_WAIT", shutdownWait).isNegative()
                || shutdownWait.compareTo(LONGEST_WAIT) > 0) {
            throw new BadSetting("SHUTDOWN_WAIT", "is not from PT0S to PT8S: set it to a duration like PT3S.");
        }
        trustedProxies = List.copyOf(trustedProxies);
        for (var proxy : trustedProxies) {
            if (!isAddressOrNetwork(proxy)) {
                throw new BadSetting(
                        "TRUSTED_PROXIES",
                        "has what is no address: list addresses or networks like 10.0.0.7,10.1.0.0/16.");
            }
        }
    }

    /** Nothing that would be looked up by name. */
    private static boolean isAddressOrNetwork(String proxy) {
        if (!proxy.matches("[0-9a-fA-F:.]*[:.][0-9a-fA-F:.]*(/\\d{1,3})?")) {
            return false;
        }
        try {
            return new IpAddressMatcher(proxy).matches(proxy.replaceFirst("/.*", ""));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
