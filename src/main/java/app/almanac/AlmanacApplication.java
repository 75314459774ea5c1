package app.almanac;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.modulith.Modulithic;
import org.springframework.scheduling.annotation.EnableScheduling;

/** Several Google accounts, one login, one calendar. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Modulithic(sharedModules = {"web", "upstream", "settings"})
public class AlmanacApplication {

    public static void main(String[] args) {
        SpringApplication.run(AlmanacApplication.class, args);
    }
}
