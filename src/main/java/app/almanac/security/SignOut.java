package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.fusionauth.RefreshTokens;
import app.almanac.settings.AppUrl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
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

    private static final Logger log = LoggerFactory.getLogger(SignOut.class);

    private final RefreshTokens refreshTokens;
    private final FusionAuthSettings settings;
    private final AppUrl url;

    SignOut(RefreshTokens refreshTokens, FusionAuthSettings settings, AppUrl url) {
        this.refreshTokens = refreshTokens;
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
        if (id != null && !refreshTokens.revoke(id)) {
            log.error("The refresh token of a person who signed out could not be revoked");
        }
    }

    @Override
    public void onLogoutSuccess(
            HttpServletRequest request, HttpServletResponse response, @Nullable Authentication authentication)
            throws IOException {
        response.sendRedirect(address(settings, url).toString());
    }
}
