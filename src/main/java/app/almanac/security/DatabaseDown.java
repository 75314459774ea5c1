package app.almanac.security;

import app.almanac.web.UnavailablePage;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Outermost but for the request's name and its place: when PostgreSQL, where sessions live, cannot be reached, everybody gets a calm 503. */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 2)
class DatabaseDown extends OncePerRequestFilter {

    private static final Logger log = LoggerFactory.getLogger(DatabaseDown.class);

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
            if (response.isCommitted() || !isOfTheDatabase(failure)) {
                throw failure;
            }
            log.error(
                    "PostgreSQL does not answer: {}", rootOf(failure).getClass().getSimpleName());
            response.reset();
            page.show(request, response);
        } finally {
            DatabasePatience.end();
        }
    }

    private static boolean isOfTheDatabase(Throwable failure) {
        for (var t = failure; t != null; t = t.getCause()) {
            if (t instanceof DataAccessException || t instanceof TransactionException || t instanceof SQLException) {
                return true;
            }
        }
        return false;
    }

    private static Throwable rootOf(Throwable failure) {
        var root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }
}
