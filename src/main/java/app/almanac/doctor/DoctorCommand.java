package app.almanac.doctor;

import app.almanac.fusionauth.FusionAuthSetup;
import app.almanac.google.GoogleSetup;
import app.almanac.settings.Finding;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * {@code java -jar almanac.jar doctor}: prints the doctor's findings, each with its mend. It opens no port, migrates
 * nothing and is given nothing but Almanac's environment.
 */
public final class DoctorCommand {

    /** The first argument that asks for it. */
    public static final String NAME = "doctor";

    private DoctorCommand() {}

    /** The exit code: 0 when nothing is wrong, else 1. */
    public static int run(PrintStream out) {
        return run(Map.of(), out);
    }

    static int run(Map<String, Object> settings, PrintStream out) {
        try (var context = new SpringApplicationBuilder(Examination.class)
                .properties(settings)
                .web(WebApplicationType.NONE)
                .lazyInitialization(true)
                .logStartupInfo(false)
                .run("--logging.level.root=OFF")) {
            return print(context.getBean(Doctor.class).examine(), out);
        }
    }

    /**
     * The settings and who examines them, without the application: what is scheduled there would ask for the database.
     * It is no {@code @Configuration}, so that the application does not find it.
     */
    @ConfigurationPropertiesScan("app.almanac")
    @ImportAutoConfiguration({PropertyPlaceholderAutoConfiguration.class, DataSourceAutoConfiguration.class})
    @Import({Doctor.class, FusionAuthSetup.class, GoogleSetup.class})
    static class Examination {

        @Bean
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    private static int print(List<Finding> findings, PrintStream out) {
        for (var finding : findings) {
            switch (finding) {
                case Finding.Well well -> out.printf("  ok     %s: %s.%n", well.about(), well.what());
                case Finding.Unseen unseen -> out.printf("  ?      %s: %s.%n", unseen.about(), unseen.what());
                case Finding.Doubtful(var about, var what, var mend) ->
                    out.printf("  !      %s: %s.%n         Mend: %s.%n", about, what, ended(mend));
                case Finding.Wrong(var about, var what, var mend) ->
                    out.printf("  WRONG  %s: %s.%n         Mend: %s.%n", about, what, ended(mend));
            }
        }
        var wrong = findings.stream().filter(Finding.Wrong.class::isInstance).count();
        out.println(
                wrong == 0 ? "Nothing is wrong." : wrong == 1 ? "One thing is wrong." : wrong + " things are wrong.");
        return wrong == 0 ? 0 : 1;
    }

    private static String ended(String mend) {
        return mend.endsWith(".") ? mend.substring(0, mend.length() - 1) : mend;
    }
}
