package app.almanac.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;

/** What makes a release traceable: exact versions, an SBOM, and nothing in the jar that depends on when it was built. */
class SetupReleaseTests {

    private static final String POM = Compose.text(Path.of("pom.xml"));

    @Test
    void everyVersionIsExact() {
        var versions = Pattern.compile("<(?:[a-z-]+\\.)?version>([^<]+)</")
                .matcher(POM.replace("<version>[21,)</version>", "")) // the JDK that builds, not what is built in
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(versions)
                .hasSizeGreaterThan(15)
                .allMatch(version -> version.matches("\\$\\{[a-z-]+\\.version}|v?[\\w.-]+"));
        assertThat(versions).noneMatch(version -> version.matches("(?i)latest|release"));
        assertThat(POM).doesNotContain("<repositories>", "<pluginRepositories>");
    }

    @Test
    void theBuildHasItsOwnTimeAndAnSbom() {
        assertThat(POM)
                .containsPattern("<project.build.outputTimestamp>\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ<")
                .contains("<artifactId>cyclonedx-maven-plugin</artifactId>");
        assertThat(Files.isExecutable(Path.of("scripts", "reproducible.sh"))).isTrue();
    }

    @Test
    void theDoctorFindsTheRightsOfBothKickstarts() {
        assertThat(new ClassPathResource("kickstart/community/kickstart.json").exists())
                .isTrue();
        assertThat(new ClassPathResource("kickstart/licensed/kickstart.json").exists())
                .isTrue();
    }
}
