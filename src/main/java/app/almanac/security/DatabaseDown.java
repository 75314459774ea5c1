package app.almanac.security;

import app.almanac.web.UnavailablePage;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Outermost but for the request's name and its place: when PostgreSQL, where sessions live, cannot serve, everybody gets
 * a calm 503. A statement that it refused is a fault of ours, and not hidden here.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class DatabaseDown extends OncePerRequestFilter {

    /** Within the session's filter: what returns from here has answered whole. */
    @Component
    @Order(SessionRepositoryFilter.DEFAULT_ORDER + 1)
    static class Answered extends OncePerRequestFilter {

        private static final String ATTRIBUTE = Answered.class.getName();

        @Override
        protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                throws ServletException, IOException {
            chain.doFilter(request, response);
            request.setAttribute(ATTRIBUTE, true);
        }
    }

    private static final Logger log = LoggerFactory.getLogger(DatabaseDown.class);
    /** Connection, authorization, resources, an operator's intervention, the system. */
    private static final Set<String> DOWN = Set.of("08", "28", "53", "57", "58");

    private final UnavailablePage page;

    DatabaseDown(UnavailablePage page) {
        this.page = page;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        DatabasePatience.begin(request);
        try {
            chain.doFilter(request, response);
        } catch (IOException | ServletException | RuntimeException failure) {
            if (failure.getCause() instanceof InvalidParameterException undecodable) {
                throw undecodable; // bare, as Tomcat answers 400 for it
            }
            if (!isDown(failure) || (response.isCommitted() && request.getAttribute(Answered.ATTRIBUTE) == null)) {
                throw failure;
            }
            log.error(
                    "PostgreSQL cannot serve, or took longer than a page may wait for it: {} (SQL state {})",
                    rootOf(failure).getClass().getSimpleName(),
                    stateOf(failure));
            if (!response.isCommitted()) {
                page.showInstead(request, response);
            } // else the session alone was not read again or written, and its person has the page
        } finally {
            DatabasePatience.end();
        }
    }

    static boolean isDown(Throwable failure) {
        return causes(failure)
                .anyMatch(cause -> cause instanceof TransientDataAccessException
                        || cause instanceof DataAccessResourceFailureException
                        || cause instanceof CannotCreateTransactionException
                        || (cause instanceof SQLException sql && isDown(sql.getSQLState())));
    }

    /** PostgreSQL names a state for everything that it refuses; none is from the pool or the driver, about a connection. */
    private static boolean isDown(@Nullable String state) {
        return state == null || DOWN.stream().anyMatch(state::startsWith);
    }

    private static String stateOf(Throwable failure) {
        return causes(failure)
                .map(cause -> cause instanceof SQLException sql ? sql.getSQLState() : null)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("none");
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause);
    }

    private static Throwable rootOf(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
