package app.almanac.security;

import app.almanac.fusionauth.PersonId;
import java.io.Serializable;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.oauth2.core.user.OAuth2User;

/**
 * Who is signed in: all that a session keeps of them. It holds the id of this browser's refresh token at FusionAuth,
 * and no token.
 */
public final class CurrentPerson implements OAuth2User, Serializable {

    static final String ADMIN = "admin";

    private static final long serialVersionUID = 1L;

    private final PersonId id;
    private final @Nullable String displayName;
    private final @Nullable String email;
    private final Set<String> roles;
    private final @Nullable UUID refreshTokenId;
    private final Instant signedInAt;
    private final Instant authenticatedAt;

    public CurrentPerson(
            PersonId id,
            @Nullable String displayName,
            @Nullable String email,
            Set<String> roles,
            @Nullable UUID refreshTokenId,
            Instant signedInAt,
            Instant authenticatedAt) {
        this.id = id;
        this.displayName = displayName;
        this.email = email;
        this.roles = Set.copyOf(roles);
        this.refreshTokenId = refreshTokenId;
        this.signedInAt = signedInAt;
        this.authenticatedAt = authenticatedAt;
    }

    public PersonId id() {
        return id;
    }

    /** What to call them: their name, else their address, else nothing. */
    public String name() {
        if (displayName != null) {
            return displayName;
        }
        return email == null ? "" : email;
    }

    public @Nullable String email() {
        return email;
    }

    public Set<String> roles() {
        return roles;
    }

    public boolean isAdmin() {
        return roles.contains(ADMIN);
    }

    /** Names this browser's refresh token at FusionAuth; null when FusionAuth issued none. */
    public @Nullable UUID refreshTokenId() {
        return refreshTokenId;
    }

    /** When this session began. */
    public Instant signedInAt() {
        return signedInAt;
    }

    /** When they last proved who they are at FusionAuth ({@code auth_time}). */
    public Instant authenticatedAt() {
        return authenticatedAt;
    }

    public CurrentPerson withRoles(Set<String> now) {
        return new CurrentPerson(id, displayName, email, now, refreshTokenId, signedInAt, authenticatedAt);
    }

    public CurrentPerson withRefreshToken(@Nullable UUID now) {
        return new CurrentPerson(id, displayName, email, roles, now, signedInAt, authenticatedAt);
    }

    CurrentPerson signedIn(Instant now) {
        return new CurrentPerson(id, displayName, email, roles, refreshTokenId, now, authenticatedAt);
    }

    @Override
    public String getName() {
        return id.toString();
    }

    @Override
    public Map<String, Object> getAttributes() {
        return Map.of();
    }

    @Override
    public Collection<? extends GrantedAuthority> getAuthorities() {
        return roles.stream()
                .map(role -> new SimpleGrantedAuthority("ROLE_" + role))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CurrentPerson that
                && id.equals(that.id)
                && Objects.equals(displayName, that.displayName)
                && Objects.equals(email, that.email)
                && roles.equals(that.roles)
                && Objects.equals(refreshTokenId, that.refreshTokenId)
                && signedInAt.equals(that.signedInAt)
                && authenticatedAt.equals(that.authenticatedAt);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "CurrentPerson[" + id + "]";
    }
}
