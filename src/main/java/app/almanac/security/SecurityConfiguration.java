package app.almanac.security;

import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.settings.AppUrl;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.time.Clock;
import java.util.Arrays;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.HeadersConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.client.endpoint.OAuth2AccessTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.OAuth2AuthorizationCodeGrantRequest;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.client.web.OAuth2LoginAuthenticationFilter;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.writers.DelegatingRequestMatcherHeaderWriter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.header.writers.StaticHeadersWriter;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AnyRequestMatcher;
import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;

/** Who may go where, and what every answer carries. Closed by default: what is open stands in one list. */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {

    private static final String[] OPEN = {
        "/",
        SignInStart.PATH,
        SignInFailure.PROBLEM_PATH,
        SignInPages.FAREWELL_PATH,
        "/join/**",
        "/joined",
        "/error",
        "/assets/**",
        "/favicon.ico" // some browsers ask for it, whatever a page says
    };

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    @SuppressWarnings("NullAway") // null is the documented way to keep "?continue" out of addresses
    RequestCache requestedPages() {
        var pages = new HttpSessionRequestCache();
        pages.setMatchingRequestParameterName(null);
        pages.setRequestMatcher(SecurityConfiguration::isPage);
        return pages;
    }

    /** What somebody would want to come back to: no image or script of a page, no JSON, nothing that was posted. */
    private static boolean isPage(HttpServletRequest request) {
        var destination = request.getHeader("Sec-Fetch-Dest");
        return "GET".equals(request.getMethod())
                && (destination == null || destination.equals("document"))
                && !request.getServletPath().startsWith("/api/");
    }

    /** Not of each filter in each request: nobody looks at those, and each of some twenty would be timed. */
    @Bean
    SecurityObservationSettings withoutObservations() {
        return SecurityObservationSettings.noObservations();
    }

    @Bean
    CookieSerializer sessionCookie(AppUrl url) {
        var cookie = new DefaultCookieSerializer();
        cookie.setCookieName(url.cookie("almanac"));
        cookie.setUseSecureCookie(url.isHttps());
        cookie.setCookiePath("/");
        cookie.setSameSite("Lax");
        return cookie;
    }

    /** Two tabs may write the same attribute of their session at once: the later one counts. */
    @Bean
    SessionRepositoryCustomizer<JdbcIndexedSessionRepository> sessionsInPostgresql() {
        return new PostgreSqlJdbcIndexedSessionRepositoryCustomizer();
    }

    @Bean
    @Order(1)
    SecurityFilterChain managementPort(HttpSecurity http) {
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .build();
    }

    /** Each address checks its own credential ({@code web.MachineRequest}); none has a session, a cookie or a token. */
    @Bean
    @Order(2)
    SecurityFilterChain machines(HttpSecurity http, AppUrl url) {
        return http.securityMatcher("/fusionauth/**", "/api/sessions", "/api/sessions/**")
                .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
                .csrf(csrf -> csrf.disable())
                .requestCache(cache -> cache.disable())
                .sessionManagement(sessions -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .headers(headers -> headers.contentSecurityPolicy(csp -> csp.policyDirectives("default-src 'none'"))
                        .httpStrictTransportSecurity(hsts -> strictTransport(hsts, url)))
                .build();
    }

    @Bean
    @Order(3)
    SecurityFilterChain pages(
            HttpSecurity http,
            SignInStart start,
            SignInAttempts attempts,
            OAuth2AccessTokenResponseClient<OAuth2AuthorizationCodeGrantRequest> tokenEndpoint,
            PersonAtSignIn people,
            ForgottenTokens tokens,
            SignInFailure failure,
            SignOut signOut,
            RequestCache requestedPages,
            SignInSteps steps,
            ObjectProvider<SessionGuard> guards,
            Standing standing,
            SessionSettings sessions,
            AppUrl url,
            FusionAuthSettings fusionAuth,
            @Value("${almanac.google.authorization-url}") URI google,
            Clock clock) {
        http.authorizeHttpRequests(requests -> requests.dispatcherTypeMatchers(
                                jakarta.servlet.DispatcherType.FORWARD, jakarta.servlet.DispatcherType.ERROR)
                        .permitAll()
                        .requestMatchers(OPEN)
                        .permitAll()
                        .requestMatchers("/roles/members/**", "/sessions/**", "/migration")
                        .hasRole(CurrentPerson.ADMIN)
                        .requestMatchers("/invitations/invited")
                        .hasRole("teacher")
                        .anyRequest()
                        .authenticated())
                .oauth2Login(login -> login.loginPage(SignInStart.PATH)
                        .loginProcessingUrl(Registrations.SIGN_IN_PATH)
                        .authorizationEndpoint(authorize ->
                                authorize.authorizationRequestResolver(start).authorizationRequestRepository(attempts))
                        .tokenEndpoint(token -> token.accessTokenResponseClient(tokenEndpoint))
                        .userInfoEndpoint(userInfo -> userInfo.oidcUserService(people))
                        .authorizedClientRepository(tokens)
                        .successHandler(toTheRequestedPage(sessions))
                        .failureHandler(failure)
                        .withObjectPostProcessor(keepingThePersonOnly(steps))
                        .withObjectPostProcessor(hidingNoSurprise()))
                .csrf(csrf -> csrf.requireCsrfProtectionMatcher(SecurityConfiguration::needsToken))
                .logout(logout -> logout.addLogoutHandler(signOut).logoutSuccessHandler(signOut))
                .requestCache(cache -> cache.requestCache(requestedPages))
                .exceptionHandling(errors -> errors.defaultAuthenticationEntryPointFor(
                                problemDetails(),
                                PathPatternRequestMatcher.withDefaults().matcher("/api/**"))
                        .defaultAuthenticationEntryPointFor(
                                (request, response, e) -> response.sendRedirect(SignInStart.PATH),
                                AnyRequestMatcher.INSTANCE))
                .addFilterBefore(new SessionLife(sessions, clock), AuthorizationFilter.class)
                .addFilterBefore(
                        new SessionChecks(guards.orderedStream().toList(), standing, requestedPages),
                        AuthorizationFilter.class)
                .headers(headers -> headers.contentSecurityPolicy(
                                csp -> csp.policyDirectives(contentSecurityPolicy(fusionAuth.url(), google)))
                        .addHeaderWriter(new DelegatingRequestMatcherHeaderWriter(
                                PathPatternRequestMatcher.withDefaults().matcher("/join/**"),
                                new StaticHeadersWriter("X-Robots-Tag", "noindex, nofollow")))
                        .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER))
                        .frameOptions(frames -> frames.deny())
                        .crossOriginOpenerPolicy(opener -> opener.policy(
                                org.springframework.security.web.header.writers.CrossOriginOpenerPolicyHeaderWriter
                                        .CrossOriginOpenerPolicy.SAME_ORIGIN))
                        .httpStrictTransportSecurity(hsts -> strictTransport(hsts, url)));
        return http.build();
    }

    /**
     * Whoever is not signed in, or not any more, is sent to sign in by whatever they post: a token of the session that is
     * gone must not be missed before. What is open is theirs to post, and needs one.
     */
    private static boolean needsToken(HttpServletRequest request) {
        return CsrfFilter.DEFAULT_CSRF_MATCHER.matches(request)
                && (SecurityContextHolder.getContext().getAuthentication() != null
                        || Arrays.stream(OPEN)
                                .map(PathPatternRequestMatcher.withDefaults()::matcher)
                                .anyMatch(open -> open.matches(request)));
    }

    private static void strictTransport(HeadersConfigurer<HttpSecurity>.HstsConfig hsts, AppUrl url) {
        if (url.isHttps()) {
            hsts.requestMatcher(AnyRequestMatcher.INSTANCE);
        } else {
            hsts.disable();
        }
    }

    /** Forms post to us, and what they start may redirect to FusionAuth and to Google, nowhere else. */
    private static String contentSecurityPolicy(URI fusionAuth, URI google) {
        return "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; "
                + "connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self' "
                + origin(fusionAuth) + " " + origin(google);
    }

    private static String origin(URI address) {
        return address.getScheme() + "://" + address.getRawAuthority();
    }

    private static AuthenticationSuccessHandler toTheRequestedPage(SessionSettings sessions) {
        return (request, response, authentication) -> {
            request.getSession().setMaxInactiveInterval((int) sessions.idle().toSeconds());
            response.sendRedirect(SignInAttempts.target(request).orElse("/calendar"));
        };
    }

    private static ObjectPostProcessor<OAuth2LoginAuthenticationFilter> keepingThePersonOnly(SignInSteps steps) {
        return new ObjectPostProcessor<>() {
            @Override
            public <O extends OAuth2LoginAuthenticationFilter> O postProcess(O filter) {
                filter.setAuthenticationResultConverter(steps::take);
                return filter;
            }
        };
    }

    /** A sign-in that cannot begin is what its cause is: PostgreSQL, say, is down. The filter would call everything a 500. */
    private static ObjectPostProcessor<OAuth2AuthorizationRequestRedirectFilter> hidingNoSurprise() {
        return new ObjectPostProcessor<>() {
            @Override
            public <O extends OAuth2AuthorizationRequestRedirectFilter> O postProcess(O filter) {
                filter.setAuthenticationFailureHandler((request, response, failure) -> {
                    throw failure.getCause() instanceof RuntimeException cause ? cause : failure;
                });
                return filter;
            }
        };
    }

    private static AuthenticationEntryPoint problemDetails() {
        return (request, response, e) -> {
            response.setStatus(HttpServletResponse.SC_UNAUTHORIZED);
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.getWriter().write("{\"title\":\"Unauthorized\",\"status\":401}");
        };
    }
}
