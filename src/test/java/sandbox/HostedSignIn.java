package sandbox;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import sandbox.FusionAuthUsers.User;
import sandbox.SingleSignOn.Session;

/** {@code /oauth2/authorize}: the hosted sign-in page, and the way back to the application with a code. */
final class HostedSignIn {

    private final FusionAuthState state;
    private final SingleSignOn singleSignOn;
    private final TokenIssue tokens;
    private final Connectors connectors;
    private final BiConsumer<@Nullable String, User> pendingLinks;
    /** Who is to choose a new password before they go on, by what stands in the form. */
    private final Map<String, UUID> changing = new ConcurrentHashMap<>();
    /** Whether any user of the tenant is registered by signing in where self-service registration is on (issue 2062). */
    volatile boolean registersWhoSignsIn;

    /** {@code pendingLinks} completes the link that was waiting for somebody to prove who they are. */
    HostedSignIn(
            FusionAuthState state,
            SingleSignOn singleSignOn,
            TokenIssue tokens,
            BiConsumer<@Nullable String, User> pendingLinks) {
        this.pendingLinks = pendingLinks;
        this.state = state;
        this.singleSignOn = singleSignOn;
        this.tokens = tokens;
        this.connectors = new Connectors(state);
    }

    /** What is wrong with an authorization request; null when nothing is. */
    @Nullable
    String problem(Map<String, String> request) {
        var good = state.applicationId.equals(request.get("client_id"))
                && state.isAuthorized(request.get("redirect_uri"))
                && "S256".equals(request.get("code_challenge_method"))
                && "code".equals(request.get("response_type"));
        return good ? null : "client_id, redirect_uri or code_challenge";
    }

    void show(Exchange exchange, Map<String, String> request, String message) throws IOException {
        var people = state.users.all().stream()
                .map(user -> "<option>" + Exchange.escaped(user.login()) + "</option>")
                .sorted()
                .collect(Collectors.joining());
        exchange.page(200, "Sign in", """
                %s<form method="post" action="/oauth2/authorize">%s
                <label>E-mail <input type="text" name="loginId" id="loginId" list="cast" autocomplete="username"></label><datalist id="cast">%s</datalist>
                <label>Password <input type="password" name="password" id="password"></label>
                <p>You stay signed in on this device.</p><button type="submit">Sign in</button></form>%s
                """.formatted(message, Exchange.hidden(request), people, providers(request)));
    }

    /** As the theme does: a link for each identity provider but that of calendars. */
    private String providers(Map<String, String> request) {
        return state.configuredAt("/api/identity-provider").entrySet().stream()
                .filter(provider -> !provider.getKey().equals(state.identityProviderId))
                .map(provider -> {
                    var hinted = new LinkedHashMap<>(request);
                    hinted.put("idp_hint", provider.getKey());
                    return "<p><a href=\"%s\">%s</a></p>"
                            .formatted(
                                    Exchange.escaped(Exchange.with("/oauth2/authorize", hinted)
                                            .toString()),
                                    Exchange.escaped(provider.getValue()
                                            .path("identityProvider")
                                            .path("buttonText")
                                            .asString("")));
                })
                .collect(Collectors.joining());
    }

    void submit(Exchange exchange, Map<String, String> form) throws IOException {
        var user = form.containsKey("newPassword")
                ? changed(form)
                : connectors.signIn(form.getOrDefault("loginId", ""), form.getOrDefault("password", ""), exchange);
        var request = new LinkedHashMap<>(form);
        request.keySet().removeAll(Set.of("loginId", "password", "changeId", "newPassword"));
        if (user.isEmpty()) {
            show(exchange, request, "<p role=\"alert\">Unknown address or wrong password.</p>");
        } else if (user.get().json().path("passwordChangeRequired").asBoolean(false)) {
            askForANewPassword(exchange, user.get(), request);
        } else {
            pendingLinks.accept(request.remove("pendingIdPLinkId"), user.get());
            signIn(exchange, user.get(), "PASSWORD", request);
        }
    }

    private void askForANewPassword(Exchange exchange, User user, Map<String, String> request) throws IOException {
        var changeId = UUID.randomUUID().toString();
        changing.put(changeId, user.id());
        exchange.page(200, "Change your password", """
                <form method="post" action="/oauth2/authorize">%s<input type="hidden" name="changeId" value="%s">
                <label>New password <input type="password" name="newPassword" autocomplete="new-password"></label>
                <button type="submit">Submit</button></form>
                """.formatted(Exchange.hidden(request), changeId));
    }

    private Optional<User> changed(Map<String, String> form) {
        return Optional.ofNullable(changing.remove(form.getOrDefault("changeId", "")))
                .flatMap(state.users::byId)
                .map(user -> {
                    var json = user.json().deepCopy();
                    json.put("password", form.get("newPassword"));
                    json.remove("passwordChangeRequired");
                    return state.users.put(user.id(), json);
                });
    }

    /** Signs somebody in who has proved who they are, unless a webhook refuses, and sends them back. */
    void signIn(Exchange exchange, User user, String how, Map<String, String> request) throws IOException {
        var event = new LinkedHashMap<String, Object>();
        event.put("user", user.json());
        event.put("authenticationType", how);
        if (!user.registration(state.applicationId).isMissingNode()) {
            event.put("applicationId", state.applicationId);
        }
        if (!state.events.fire("user.login.success", event)) {
            show(exchange, request, "<p role=\"alert\">[WebhookTransactionException]</p>");
            return;
        }
        sendBack(exchange, singleSignOn.begin(exchange, user.id(), how), request);
    }

    /** False only where they were to be registered silently, and a webhook refused. */
    private boolean registeredHere(User user) {
        var here = state.application().path("registrationConfiguration").path("enabled");
        if (!registersWhoSignsIn
                || !here.asBoolean(false)
                || !user.registration(state.applicationId).isMissingNode()) {
            return true;
        }
        var registration = Json.MAPPER.createObjectNode().put("applicationId", state.applicationId);
        return state.users.create(user.id(), Json.MISSING, registration) instanceof FusionAuthUsers.Created.Made;
    }

    void sendBack(Exchange exchange, Session session, Map<String, String> request) throws IOException {
        if (!registeredHere(state.users.get(session.user()))) {
            show(exchange, request, "<p role=\"alert\">[WebhookTransactionException]</p>");
            return;
        }
        var user = state.users.get(session.user());
        var answer = new LinkedHashMap<String, String>();
        answer.put("code", tokens.code(session, request, exchange));
        answer.put("locale", "en");
        answer.put("state", request.getOrDefault("state", ""));
        answer.put(
                "userState",
                user.registration(state.applicationId).isMissingNode()
                        ? "AuthenticatedNotRegistered"
                        : "Authenticated");
        answer.put("iss", state.issuer());
        exchange.redirect(Exchange.with(String.valueOf(request.get("redirect_uri")), answer));
    }
}
