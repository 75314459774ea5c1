package app.almanac.fusionauth;

import app.almanac.fusionauth.FusionAuthCaller.Answer;
import app.almanac.upstream.Secret;
import io.fusionauth.domain.api.identityProvider.IdentityProviderLinkRequest;
import io.fusionauth.domain.api.identityProvider.IdentityProviderLinkResponse;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * FusionAuth's Link API for the one identity provider whose links are connected accounts. Every answer is checked for
 * its user, tenant and provider: our key may read everybody's links.
 */
@Component
public class IdentityProviderLinks {

    public enum Written {
        WRITTEN,
        BELONGS_TO_ANOTHER,
        UNAVAILABLE
    }

    private static final Logger log = LoggerFactory.getLogger(IdentityProviderLinks.class);

    private static final Duration READ = Duration.ofMillis(800);
    private static final Duration WRITE = Duration.ofSeconds(1);
    private static final int TRIES = 3;

    private final FusionAuthCaller fusionAuth;
    private final FusionAuthSettings settings;

    IdentityProviderLinks(FusionAuthCaller fusionAuth, FusionAuthSettings settings) {
        this.fusionAuth = fusionAuth;
        this.settings = settings;
    }

    public LinksAnswer of(PersonId person) {
        Answer<IdentityProviderLinkResponse> answer = fusionAuth.call(
                "for a person's links",
                READ,
                client -> client.retrieveUserLinksByUserId(settings.googleIdpId(), person.value()));
        if (answer.is(404)) {
            return new LinksAnswer.Known(List.of());
        }
        if (!answer.succeeded() || answer.value() == null) {
            return new LinksAnswer.Unavailable();
        }
        var links = Optional.ofNullable(answer.value().identityProviderLinks).orElse(List.of()).stream()
                .map(this::ours)
                .flatMap(Optional::stream)
                .filter(link -> belongsTo(person, link))
                .toList();
        return new LinksAnswer.Known(links);
    }

    public LinkOwner ownerOf(String googleSub) {
        Answer<IdentityProviderLinkResponse> answer = fusionAuth.call(
                "whose a Google account is",
                READ,
                client -> client.retrieveUserLink(settings.googleIdpId(), googleSub, null));
        if (answer.is(404)) {
            return new LinkOwner.Nobody();
        }
        if (!answer.succeeded() || answer.value() == null) {
            return new LinkOwner.Unavailable();
        }
        var link = answer.value().identityProviderLink;
        if (link == null) {
            return new LinkOwner.Nobody();
        }
        return ours(link)
                .filter(found -> found.googleSub().equals(googleSub))
                .<LinkOwner>map(LinkOwner.Somebody::new)
                .orElseGet(LinkOwner.Unavailable::new);
    }

    /**
     * Makes the person's link hold this token. Whether POST of an existing link replaces its token, keeps it or is a
     * conflict is not documented, so what stands there afterwards decides; at need the link is deleted and made again.
     * A POST that came to nothing is not repeated.
     */
    public Written write(PersonId person, String googleSub, String displayName, @Nullable Secret token) {
        for (int tried = 0; tried < TRIES; tried++) {
            var decided = post(person, googleSub, displayName, token);
            switch (ownerOf(googleSub)) {
                case LinkOwner.Somebody(var link)
                when !link.person().equals(person) -> {
                    return Written.BELONGS_TO_ANOTHER;
                }
                case LinkOwner.Somebody(var link)
                when token == null || token.equals(link.token()) -> {
                    return Written.WRITTEN;
                }
                case LinkOwner.Unavailable ignored -> {
                    return Written.UNAVAILABLE;
                }
                case LinkOwner.Somebody ignored when decided -> delete(person, googleSub);
                case LinkOwner.Nobody ignored when decided -> {}
                case LinkOwner ignored -> {
                    return Written.UNAVAILABLE;
                }
            }
        }
        log.error("A link could not be written after {} tries", TRIES);
        return Written.UNAVAILABLE;
    }

    /** Whether the link is gone now; also when it was not there. */
    public boolean delete(PersonId person, String googleSub) {
        Answer<IdentityProviderLinkResponse> answer = fusionAuth.call(
                "to delete a link",
                WRITE,
                client -> client.deleteUserLink(settings.googleIdpId(), googleSub, person.value()));
        return answer.succeeded() || answer.is(404);
    }

    /** Whether FusionAuth took it or said what is against it. */
    private boolean post(PersonId person, String googleSub, String displayName, @Nullable Secret token) {
        var link = new io.fusionauth.domain.IdentityProviderLink();
        link.identityProviderId = settings.googleIdpId();
        link.identityProviderUserId = googleSub;
        link.userId = person.value();
        link.displayName = displayName;
        if (token != null) {
            link.token = token.reveal();
        }
        var request = new IdentityProviderLinkRequest();
        request.identityProviderLink = link;
        var answer = fusionAuth.call("to write a link", WRITE, client -> client.createUserLink(request));
        return answer.succeeded() || answer.is(400) || answer.is(409);
    }

    private Optional<IdentityProviderLink> ours(io.fusionauth.domain.IdentityProviderLink link) {
        if (link.userId == null
                || link.identityProviderUserId == null
                || !Objects.equals(link.identityProviderId, settings.googleIdpId())
                || (link.tenantId != null && !link.tenantId.equals(settings.tenantId()))) {
            log.error("Dropped a link that FusionAuth answered for another tenant or identity provider");
            return Optional.empty();
        }
        var token = link.token == null || link.token.isBlank() ? null : new Secret(link.token);
        return Optional.of(new IdentityProviderLink(
                new PersonId(link.userId),
                link.identityProviderUserId,
                link.displayName == null ? "" : link.displayName,
                token,
                link.lastLoginInstant == null ? null : link.lastLoginInstant.toInstant()));
    }

    private static boolean belongsTo(PersonId person, IdentityProviderLink link) {
        if (!link.person().equals(person)) {
            log.error("Dropped a link that FusionAuth answered for another user");
            return false;
        }
        return true;
    }
}
