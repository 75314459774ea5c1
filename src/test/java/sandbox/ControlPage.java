package sandbox;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A page with a button for everything that can go wrong, to see what Almanac makes of it. */
final class ControlPage extends Server {

    private final FusionAuthStandIn fusionAuth;
    private final GoogleStandIn google;
    private final @Nullable LegacyDatabase legacy;
    private final String password;

    ControlPage(
            int port,
            FusionAuthStandIn fusionAuth,
            GoogleStandIn google,
            @Nullable LegacyDatabase legacy,
            String password) {
        super(port);
        this.fusionAuth = fusionAuth;
        this.google = google;
        this.legacy = legacy;
        this.password = password;
    }

    @Override
    void answer(Exchange exchange) throws IOException {
        if (exchange.method().equals("POST")) {
            var form = exchange.form();
            act(form.getOrDefault("act", ""), form.getOrDefault("on", ""));
            exchange.redirect(URI.create(url() + "/"));
            return;
        }
        var page = new StringBuilder("<h2>People</h2><p>Password of everybody: <code>" + password + "</code></p><p>"
                + String.join(", ", fusionAuth.cast()) + " (nora is not registered)</p>");
        page.append("<table><tr><th>Login</th><th>Devices</th><th></th></tr>");
        for (var login : fusionAuth.cast()) {
            page.append(
                    "<tr><td>%s</td><td>%d</td><td>".formatted(Exchange.escaped(login), fusionAuth.devicesOf(login)));
            for (var act : new String[] {"lock", "unlock", "revoke refresh tokens"}) {
                page.append(button(act, login));
            }
            page.append("</td></tr>");
        }
        page.append("</table><h2>Google accounts</h2><table><tr><th>Account</th><th>Linked to</th><th></th></tr>");
        var owners = fusionAuth.owners();
        for (var email : google.accounts()) {
            var owner = owners.get(GoogleStandIn.subOf(email));
            page.append("<tr><td>%s<br><small>%s</small></td><td>%s</td><td>"
                    .formatted(
                            email,
                            google.hasGrant(email) ? "consent given" : "no consent",
                            owner == null ? "nobody" : owner));
            for (var act : new String[] {
                "withdraw consent", "untick", "expire", "blank token", "unlink", "slow", "failing", "well"
            }) {
                page.append(button(act, email));
            }
            page.append("</td></tr>");
        }
        page.append("</table><h2>Google</h2>").append(state("Google", google));
        page.append(button("google " + (google.isDown() ? "up" : "down"), ""));
        page.append(button("google " + (google.delay().isZero() ? "slow" : "fast"), ""));
        page.append(button(google.withoutRefreshToken() ? "refresh tokens again" : "no refresh tokens", ""));
        page.append("<h2>FusionAuth</h2>").append(state("FusionAuth", fusionAuth));
        page.append(button("fusionauth " + (fusionAuth.isDown() ? "up" : "down"), ""));
        page.append(button("refuse every third revocation", ""));
        page.append(button("accept revocations", ""));
        page.append("<p>Connecting through its pages: <strong>")
                .append(fusionAuth
                        .hostedLinking()
                        .name()
                        .toLowerCase(Locale.ROOT)
                        .replace('_', ' '))
                .append("</strong></p>");
        for (var behaviour : FusionAuthStandIn.HostedLinking.values()) {
            page.append(button("hosted", behaviour.name()));
        }
        if (legacy != null) {
            page.append("<h2>Old user store</h2><p>Sign in as %s, or as %s (disabled) or %s (two of them)</p>"
                    .formatted(String.join(", ", LegacyDatabase.MEMBERS), "omar", "family@old.example"));
            page.append("<p>It is <strong>").append(legacy.weather()).append("</strong></p>");
            page.append(button("legacy " + (legacy.isDown() ? "up" : "down"), ""));
            page.append(button("legacy " + (legacy.isSlow() ? "fast" : "slow"), ""));
        }
        exchange.page(200, "What shall go wrong?", page.toString());
    }

    private void act(String act, String on) {
        var sub = GoogleStandIn.subOf(on);
        switch (act) {
            case "lock" -> fusionAuth.lock(on, true);
            case "unlock" -> fusionAuth.lock(on, false);
            case "revoke refresh tokens" -> fusionAuth.revokeDevices(on);
            case "refuse every third revocation" -> fusionAuth.refuseEveryRevocation(3);
            case "accept revocations" -> fusionAuth.refuseEveryRevocation(0);
            case "withdraw consent" -> google.withdrawConsent(on);
            case "untick" -> google.untick(on);
            case "expire" -> google.expireAccessTokens(on);
            case "blank token" -> fusionAuth.blankToken(sub);
            case "unlink" -> fusionAuth.removeLink(sub);
            case "slow" -> google.slow(on, Duration.ofSeconds(3));
            case "failing" -> google.failing(on, 503);
            case "well" -> {
                google.slow(on, Duration.ZERO);
                google.failing(on, 0);
            }
            case "google down" -> google.down(true);
            case "google up" -> google.down(false);
            case "google slow" -> google.delay(Duration.ofSeconds(2));
            case "google fast" -> google.delay(Duration.ZERO);
            case "no refresh tokens" -> google.withoutRefreshToken(true);
            case "refresh tokens again" -> google.withoutRefreshToken(false);
            case "fusionauth down" -> fusionAuth.down(true);
            case "fusionauth up" -> fusionAuth.down(false);
            case "hosted" -> fusionAuth.hostedLinking(FusionAuthStandIn.HostedLinking.valueOf(on));
            default -> {
                if (legacy != null) {
                    act(act, legacy);
                }
            }
        }
    }

    private static void act(String act, LegacyDatabase legacy) {
        switch (act) {
            case "legacy down" -> legacy.down(true);
            case "legacy up" -> legacy.down(false);
            case "legacy slow" -> legacy.slow(Duration.ofSeconds(2));
            case "legacy fast" -> legacy.slow(Duration.ZERO);
            default -> {}
        }
    }

    private static String state(String name, Server server) {
        return "<p>" + name + " is <strong>"
                + (server.isDown() ? "down" : server.delay().isZero() ? "up" : "slow") + "</strong></p>";
    }

    private static String button(String act, String on) {
        var label = act.equals("hosted") ? on.toLowerCase(Locale.ROOT).replace('_', ' ') : act;
        return "<form class=\"inline\" method=\"post\" action=\"/\"><input type=\"hidden\" name=\"on\" value=\"%s\"><button name=\"act\" value=\"%s\">%s</button></form> "
                .formatted(on, act, label);
    }
}
