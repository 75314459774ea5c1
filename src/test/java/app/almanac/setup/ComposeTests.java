package app.almanac.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** docker-compose.yml keeps its promises as far as they can be checked without Docker. */
class ComposeTests {

    private static final Pattern KICKSTART_VARIABLE = Pattern.compile("#\\{ENV\\.([A-Z_]+)}");

    private final Compose compose = new Compose();

    static Stream<Path> kickstarts() throws IOException {
        try (var files = Files.walk(Path.of("kickstart"))) {
            return files.filter(file -> file.endsWith("kickstart.json")).toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("kickstarts")
    void everyVariableOfAKickstartReachesFusionAuthWithAValueForItsEdition(Path kickstart) throws IOException {
        var edition = kickstart.getName(kickstart.getNameCount() - 2).toString();
        var env = Compose.env(Path.of(".env.example"));
        env.replaceAll((name, value) -> value.isEmpty() ? "made" : value);
        env.put("FUSIONAUTH_EDITION", edition);
        var environment = compose.environment("fusionauth");

        assertThat(namesIn(kickstart))
                .contains("ROLES_BY_DOMAIN") // of a lambda
                .allSatisfy(name -> assertThat(
                                Compose.resolved(String.valueOf(environment.getOrDefault(name, "")), env))
                        .as(name)
                        .isNotEmpty()
                        .isNotEqualTo("null"));
        assertThat(Compose.resolved(String.valueOf(environment.get("FUSIONAUTH_APP_KICKSTART_FILE")), env))
                .isEqualTo("/usr/local/fusionauth/" + kickstart);
    }

    @Test
    void everySettingOfTheContractReachesAlmanac() {
        var contract = Compose.text(Path.of("docs", "contract.md"));
        var settings = contract.substring(contract.indexOf("## 1. Settings"), contract.indexOf("## 2. "));
        var names = new TreeSet<String>();
        for (var line : settings.lines().filter(row -> row.startsWith("| `")).toList()) {
            Pattern.compile("`([A-Z_]+)`")
                    .matcher(line.substring(0, line.indexOf(" |")))
                    .results()
                    .forEach(match -> names.add(match.group(1)));
        }

        assertThat(names).hasSizeGreaterThan(40);
        assertThat(compose.environment("almanac")).containsKeys(names.toArray(String[]::new));
    }

    @Test
    void everySettingThatTheApplicationReadsReachesAlmanac() {
        var names = Pattern.compile("\\$\\{([A-Z_]+):")
                .matcher(Compose.text(Path.of("src", "main", "resources", "application.yaml")))
                .results()
                .map(match -> match.group(1))
                .toArray(String[]::new);

        assertThat(compose.environment("almanac")).containsKeys(names);
    }

    /** Else the gate lets Almanac's own events pass while Almanac is down. */
    @Test
    void theGateIsToldWhichApplicationIsAlmanacs() {
        var told = String.valueOf(compose.environment("gate").get("FUSIONAUTH_APPLICATION_ID"));

        assertThat(Compose.resolved(told, Map.of())).isEqualTo("a1a2a3a4-0000-4000-8000-000000000002");
        assertThat(Compose.resolved(told, Map.of("FUSIONAUTH_APPLICATION_ID", "another")))
                .isEqualTo("another");
        assertThat(Compose.text(Path.of("gate", "default.conf.template"))).contains("${FUSIONAUTH_APPLICATION_ID}");
    }

    /** Almanac is not given what is only FusionAuth's. */
    @Test
    void almanacSeesNoSecretThatIsNotItsOwn() {
        assertThat(compose.environment("almanac").toString())
                .doesNotContain("FUSIONAUTH_BOOTSTRAP_KEY", "FUSIONAUTH_DATABASE", "CAST_PASSWORD");
        assertThat(compose.service("almanac")).doesNotContainKey("env_file");
    }

    @Test
    void noSecretStandsInTheFile() {
        assertThat(compose.services().keySet())
                .allSatisfy(service -> compose.environment(service).forEach((name, value) -> {
                    if (name.matches(".*(PASSWORD|SECRET|TOKEN|KEY)") && value != null) {
                        assertThat(value.toString()).as(name).startsWith("${");
                    }
                }));
    }

    @Test
    void everyImageIsPinnedToAnExactVersion() {
        assertThat(compose.services())
                .allSatisfy((name, service) -> assertThat(
                                String.valueOf(Compose.map(service).get("image")))
                        .as(name)
                        .matches("[a-z/-]+:v?\\d+\\.\\d+(\\.\\d+)?(-SNAPSHOT)?"));
        assertThat(compose.service("fusionauth")).containsEntry("image", "fusionauth/fusionauth-app:1.69.3");
        assertThat(String.valueOf(compose.service("search").get("image"))).contains("opensearch:2.");
    }

    @Test
    void almanacsImageIsTheOneThatTheBuildMakes() {
        var pom = Compose.text(Path.of("pom.xml"));
        var version = pom.substring(pom.indexOf("<artifactId>almanac</artifactId>"));
        version = version.substring(version.indexOf("<version>") + 9, version.indexOf("</version>"));

        assertThat(compose.service("almanac")).containsEntry("image", "almanac:" + version);
        assertThat(pom)
                .contains("<image>almanac:${project.version}</image>", "<user>10001:10001</user>")
                .containsPattern("<image>eclipse-temurin:\\d+\\.\\d+\\.\\d+_\\d+-jre-noble</image>");
    }

    @Test
    void almanacRunsReadOnlyAndWithoutPrivileges() {
        assertThat(compose.service("almanac"))
                .containsEntry("read_only", true)
                .containsEntry("tmpfs", List.of("/tmp"))
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"))
                .doesNotContainKeys("privileged", "volumes");
    }

    @Test
    void everyServiceSaysWhetherItIsWellAndWhoeverNeedsItWaitsForThat() {
        assertThat(compose.services())
                .allSatisfy((name, service) ->
                        assertThat(Compose.map(service)).as(name).containsKey("healthcheck"));
        assertThat(needs("almanac")).containsExactlyInAnyOrder("almanac-db", "fusionauth");
        assertThat(needs("fusionauth")).containsExactlyInAnyOrder("fusionauth-db", "search", "mail");
        assertThat(compose.services().keySet())
                .allSatisfy(name -> Compose.map(compose.service(name).get("depends_on"))
                        .forEach((needed, how) -> {
                            assertThat(compose.services()).containsKey(needed);
                            assertThat(how).isEqualTo(Map.of("condition", "service_healthy"));
                        }));
    }

    @Test
    void onlyLoopbackPortsArePublishedAndDatabasesAreAmongThemselves() {
        assertThat(compose.services().keySet())
                .allSatisfy(
                        name -> assertThat(Compose.strings(compose.service(name).get("ports")))
                                .allMatch(port -> port.startsWith("127.0.0.1:")));
        for (var hidden : List.of("almanac-db", "fusionauth-db", "search")) {
            assertThat(compose.service(hidden)).doesNotContainKey("ports");
            assertThat(Compose.strings(compose.service(hidden).get("networks")))
                    .allSatisfy(network ->
                            assertThat(compose.top("networks").get(network)).isEqualTo(Map.of("internal", true)));
        }
        assertThat(compose.service("almanac-db").get("networks"))
                .isNotEqualTo(compose.service("fusionauth-db").get("networks"));
    }

    @Test
    void everyNetworkAndVolumeThatIsNamedIsThere() {
        for (var name : compose.services().keySet()) {
            var service = compose.service(name);
            assertThat(compose.top("networks").keySet()).containsAll(Compose.strings(service.get("networks")));
            for (var mount : Compose.strings(service.get("volumes"))) {
                var source = mount.substring(0, mount.indexOf(':'));
                assertThat(source.startsWith("./") ? Files.exists(Path.of(source)) : hasVolume(source))
                        .as(mount)
                        .isTrue();
            }
        }
    }

    @Test
    void whatTheFileInsistsOnStandsInTheExampleOfTheEnvironment() {
        assertThat(Compose.env(Path.of(".env.example")).keySet())
                .containsAll(Compose.required(Compose.text(Path.of("docker-compose.yml"))));
    }

    private boolean hasVolume(String name) {
        return compose.top("volumes").containsKey(name);
    }

    private Set<String> needs(String service) {
        return Compose.map(compose.service(service).get("depends_on")).keySet();
    }

    /** Of the kickstart and of what both include: lambdas, theme. */
    private static Set<String> namesIn(Path kickstart) throws IOException {
        var names = new TreeSet<String>();
        try (var files = Files.walk(Path.of("kickstart"))) {
            files.filter(file ->
                            Files.isRegularFile(file) && (file.equals(kickstart) || !file.endsWith("kickstart.json")))
                    .forEach(file -> KICKSTART_VARIABLE
                            .matcher(Compose.text(file))
                            .results()
                            .forEach(match -> names.add(match.group(1))));
        }
        return names;
    }
}
