package app.almanac;

import static org.assertj.core.api.Assertions.assertThat;

import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import sandbox.Database;

/** What a migration may take at the start, with the settings that Almanac ships. */
class UpgradeTests {

    private static final ApplicationContextRunner START = new ApplicationContextRunner()
            .withInitializer(new ConfigDataApplicationContextInitializer())
            .withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class));

    @Test
    void aMigrationMayTakeLongerThanAnythingThatServesPages() {
        try (var database = Database.empty()) {
            START.withPropertyValues(
                            "DATABASE_URL=" + database.url(),
                            "DATABASE_USERNAME=postgres",
                            "spring.flyway.locations=classpath:db/migration,classpath:db/slow")
                    .run(started -> assertThat(started)
                            .hasNotFailed()
                            .getBean(Flyway.class)
                            .satisfies(
                                    flyway -> assertThat(flyway.info().current().getVersion())
                                            .hasToString("999")));
        }
    }
}
