package app.almanac;

import app.almanac.connector.HashingCommand;
import app.almanac.doctor.DoctorCommand;
import java.io.IOException;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.task.ThreadPoolTaskSchedulerBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.modulith.Modulithic;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** Several Google accounts, one login, one calendar. */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
@Modulithic(sharedModules = {"web", "upstream", "settings"})
public class AlmanacApplication {

    public static void main(String[] args) throws IOException {
        if (args.length > 0 && args[0].equals(DoctorCommand.NAME)) {
            System.exit(DoctorCommand.run(System.out));
        }
        if (args.length > 0 && args[0].equals(HashingCommand.NAME)) {
            HashingCommand.run();
            return;
        }
        SpringApplication.run(AlmanacApplication.class, args);
    }

    /** Some threads, where Spring's own for virtual threads has a single one for all that runs with a delay. */
    @Bean
    ThreadPoolTaskScheduler taskScheduler(ThreadPoolTaskSchedulerBuilder builder) {
        return builder.build();
    }
}
