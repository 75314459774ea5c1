package app.almanac.security;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.stereotype.Component;

/**
 * How long a request waits for PostgreSQL to answer. Somebody who only reads is told within two seconds that it hangs,
 * and so is FusionAuth, which waits for its events for no longer; what else changes something, and may have to wait for a
 * lock, has the pool's longer {@code socketTimeout}.
 */
@Component
class DatabasePatience implements BeanPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(DatabasePatience.class);
    private static final Duration READING = Duration.ofMillis(1200);
    /** As long as a statement of an event may wait for a lock. */
    private static final Duration EVENT = Duration.ofSeconds(2);

    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("database-patience").factory());
    private static final ThreadLocal<Duration> PATIENCE = new ThreadLocal<>();

    static {
        WATCH.setRemoveOnCancelPolicy(true);
    }

    /** Says what the current thread does; the return addresses are GETs that change something. */
    static void begin(HttpServletRequest request) {
        var path = request.getServletPath();
        if (path.equals("/fusionauth/events")) {
            PATIENCE.set(EVENT);
        } else if ("GET".equals(request.getMethod())
                && !path.startsWith(SignInStart.PATH)
                && !path.startsWith("/accounts/connection")) {
            PATIENCE.set(READING);
        }
    }

    static void end() {
        PATIENCE.remove();
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource pool && name.equals("dataSource") ? new Impatient(pool) : bean;
    }

    private static final class Impatient extends DelegatingDataSource {

        Impatient(DataSource pool) {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            var connection = super.getConnection();
            var patience = PATIENCE.get();
            return patience == null ? connection : watched(connection, patience);
        }

        /** Timeouts of the driver are per read, and a dripping answer never meets one: so the connection is cut. */
        private static Connection watched(Connection connection, Duration patience) {
            var end = WATCH.schedule(() -> cut(connection), patience.toMillis(), TimeUnit.MILLISECONDS);
            return (Connection) Proxy.newProxyInstance(
                    Impatient.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("close")) {
                            end.cancel(false);
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException e) {
                            throw e.getTargetException();
                        }
                    });
        }

        private static void cut(Connection connection) {
            try {
                connection.abort(Runnable::run);
            } catch (SQLException alreadyGone) {
                log.debug("a connection to PostgreSQL was gone before it was cut");
            }
        }
    }
}
