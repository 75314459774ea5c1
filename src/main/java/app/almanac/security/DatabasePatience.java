package app.almanac.security;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
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
 * How long a request waits for PostgreSQL to answer, once: who gave up does not wait again while their session is written.
 * Somebody who only reads is told within two seconds that it hangs, and so is FusionAuth, which waits for its events for no
 * longer; what else changes something, and may have to wait for a lock, has the pool's longer {@code socketTimeout}.
 */
@Component
class DatabasePatience implements BeanPostProcessor {

    private static final Logger log = LoggerFactory.getLogger(DatabasePatience.class);
    private static final Duration READING = Duration.ofMillis(1200);
    /** As long as a statement of an event may wait for a lock. */
    private static final Duration EVENT = Duration.ofSeconds(2);

    private static final ScheduledThreadPoolExecutor WATCH = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("database-patience").factory());
    private static final ThreadLocal<Patience> PATIENCE = new ThreadLocal<>();

    static {
        WATCH.setRemoveOnCancelPolicy(true);
    }

    /** Says what the current thread does; the return addresses are GETs that change something. */
    static void begin(HttpServletRequest request) {
        var path = request.getServletPath();
        if (path.equals("/fusionauth/events")) {
            PATIENCE.set(new Patience(EVENT));
        } else if (("GET".equals(request.getMethod()) || "HEAD".equals(request.getMethod()))
                && !path.startsWith(SignInStart.PATH)
                && !path.startsWith("/accounts/connection")) {
            PATIENCE.set(new Patience(READING));
        }
    }

    static void end() {
        PATIENCE.remove();
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof DataSource pool && name.equals("dataSource") ? new Impatient(pool) : bean;
    }

    /** Of one request. */
    private static final class Patience {

        private final Duration time;
        private volatile boolean over;

        Patience(Duration time) {
            this.time = time;
        }
    }

    private static final class Impatient extends DelegatingDataSource {

        Impatient(DataSource pool) {
            super(pool);
        }

        @Override
        public Connection getConnection() throws SQLException {
            var patience = PATIENCE.get();
            if (patience == null) {
                return super.getConnection();
            }
            if (patience.over) {
                throw new SQLTransientConnectionException("this request has waited for PostgreSQL as long as it may");
            }
            return watched(super.getConnection(), patience);
        }

        /** Timeouts of the driver are per read, and a dripping answer never meets one: so the connection is cut. */
        private static Connection watched(Connection connection, Patience patience) {
            var end = WATCH.schedule(
                    () -> {
                        patience.over = true;
                        cut(connection);
                    },
                    patience.time.toMillis(),
                    TimeUnit.MILLISECONDS);
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
