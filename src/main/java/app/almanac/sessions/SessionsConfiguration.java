package app.almanac.sessions;

import app.almanac.fusionauth.Entities;
import app.almanac.fusionauth.FusionAuthSettings;
import app.almanac.security.AdminPage;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** Where sessions are kept in this edition of FusionAuth, and the way to the operators' page. */
@Configuration(proxyBeanMethods = false)
class SessionsConfiguration {

    @Bean
    AdminPage sessionsPage(SessionServiceSettings settings) {
        return new AdminPage("/sessions", "sessions", settings.isOn());
    }

    @Bean
    SessionRecords sessionRecords(
            FusionAuthSettings fusionAuth,
            SessionServiceSettings settings,
            Entities entities,
            JdbcClient jdbc,
            TransactionTemplate transaction) {
        return switch (fusionAuth.edition()) {
            case COMMUNITY -> new PostgresRecords(jdbc, transaction);
            case LICENSED -> new EntityRecords(entities, settings.entityTypeId(), jdbc, transaction);
        };
    }
}
