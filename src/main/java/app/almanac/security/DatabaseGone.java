package app.almanac.security;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.ModelAndView;

/**
 * Hands on to {@link DatabaseDown} what a controller met. Spring takes a connection to PostgreSQL that ended for a client
 * that went away, since both are an {@code EOFException} in the end, and would answer 200 without a word.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class DatabaseGone implements HandlerExceptionResolver {

    @Override
    public @Nullable ModelAndView resolveException(
            HttpServletRequest request, HttpServletResponse response, @Nullable Object handler, Exception failure) {
        if (failure instanceof RuntimeException surprise && DatabaseDown.isDown(failure)) {
            throw surprise;
        }
        return null;
    }
}
