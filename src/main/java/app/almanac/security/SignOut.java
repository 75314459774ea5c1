package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.settings.AppUrl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.logout.LogoutHandler;
import org.springframework.security.web.authentication.logout.LogoutSuccessHandler;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Signing out revokes this browser's refresh token (FusionAuth's logout does not), ends the session here, then sends
 * the browser to end FusionAuth's single sign-on session, from where it comes back to the front page.
 */
@Component
class SignOut implements LogoutHandler, LogoutSuccessHandler {

    private final Revocations revocations;
    private final Browser browser;
    private final ApplicationEventPublisher events;
    private final FusionAuthSettings settings;
    private final AppUrl url;

    SignOut(
            Revocations revocations,
            Browser browser,
            ApplicationEventPublisher events,
            FusionAuthSettings settings,
            AppUrl url) {
        this.revocations = revocations;
        this.browser = browser;
        this.events = events;
        this.settings = settings;
        this.url = url;
    }

    /** Ends FusionAuth's single sign-on session of whichever browser goes there. */
    static URI address(FusionAuthSettings settings, AppUrl url) {
        return UriComponentsBuilder.fromUri(settings.logoutUrl())
                .queryParam("client_id", settings.applicationId())
                .queryParam("tenantId", settings.tenantId())
                .queryParam("post_logout_redirect_uri", "{back}")
                .encode()
                .buildAndExpand(url.at("/"))
                .toUri();
    }

    @Override
    public void logout(
            HttpServletRequest request, HttpServletResponse response, @Nullable Authentication authentication) {
        if (authentication == null || !(authentication.getPrincipal() instanceof CurrentPerson person)) {
            return;
        }
        var id = person.refreshTokenId();
        if (id != null) {
            revocations.queue(List.of(id));
            revocations.attempt(List.of(id));
        }
        events.publishEvent(new SignedOut(person.id(), id, browser.nameOf(request)));
    }

    @Override
    public void onLogoutSuccess(
            HttpServletRequest request, HttpServletResponse response, @Nullable Authentication authentication)
            throws IOException {
        response.sendRedirect(address(settings, url).toString());
    }
}
