package app.almanac.devices;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.AlmanacApplication;
import app.almanac.Wait;
import app.almanac.devices.Devices.Arrival;
import app.almanac.fusionauth.PersonId;
import app.almanac.fusionauth.RefreshTokens;
import app.almanac.security.CurrentPerson;
import app.almanac.security.Revocations;
import app.almanac.security.SignInStep.SigningIn;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import sandbox.Sandbox;

/**
 * A hundred sign-ins of one person at the same moment, decided by two instances on one database, on two devices at most,
 * while every third revocation fails: on a cold machine, then on a warm one.
 */
class DeviceRaceTests {

    private static final String ANA = "ana@example.com";
    private static final int MANY = 100;
    private static final int FEWER = 30;
    private static final int LIMIT = 2;

    /** Where a sign-in got. */
    private record Arrived(UUID token, Arrival arrival) {}

    private static Sandbox sandbox;
    private static PersonId ana;
    private static List<ConfigurableApplicationContext> instances = List.of();

    @BeforeAll
    static void start() {
        var port = Sandbox.freePort();
        sandbox = Sandbox.start(Sandbox.Ports.ANY, URI.create("http://localhost:" + port), "community");
        sandbox.fusionAuth().unchecked();
        ana = new PersonId(sandbox.fusionAuth().idOf(ANA));
        var settings = new HashMap<String, Object>(sandbox.settings());
        settings.put("DEVICES_LIMIT", String.valueOf(LIMIT));
        settings.put("MANAGEMENT_SERVER_PORT", "0");
        instances = List.of(instance(settings, port), instance(settings, 0));
    }

    private static ConfigurableApplicationContext instance(Map<String, Object> settings, int port) {
        return new SpringApplicationBuilder(AlmanacApplication.class)
                .properties(settings)
                .run("--server.port=" + port);
    }

    @AfterAll
    static void stop() {
        instances.forEach(ConfigurableApplicationContext::close);
        sandbox.close();
    }

    @BeforeEach
    void nobodyIsSignedIn() {
        sandbox.fusionAuth().revokeDevices(ANA);
        devices(0).of(ana);
        rows().of(ana).forEach(device -> rows().remove(device.id()));
        sandbox.fusionAuth().refuseEveryRevocation(3);
    }

    /** What failed is due again at once: how long it rests is no matter here. */
    private static void untilDevices(int left) {
        var jdbc = instances.getFirst().getBean(JdbcClient.class);
        Wait.until(() -> {
            jdbc.sql("UPDATE refresh_token_revocation SET next_try_at = now()").update();
            return sandbox.fusionAuth().devicesOf(ANA) == left;
        });
    }

    @RepeatedTest(2)
    void ofAHundredBrowsersTwoGetInAndNobodyElse() throws Exception {
        var began = Instant.now();
        var arrived = atOnce(MANY, i -> arrive(devices(i), browser(i)));
        System.out.printf(
                "%d sign-ins of one person decided in %d ms%n",
                MANY, Duration.between(began, Instant.now()).toMillis());

        assertThat(arrived.stream().filter(one -> one.arrival() == Arrival.IN)).hasSize(LIMIT);
        assertThat(arrived.stream().filter(one -> one.arrival() == Arrival.WAITS))
                .hasSize(MANY - LIMIT);
        assertThat(live())
                .containsExactlyInAnyOrderElementsOf(arrived.stream()
                        .filter(one -> one.arrival() == Arrival.IN)
                        .map(Arrived::token)
                        .toList());

        // Nobody of the others decides: they are signed out, and nothing else is.
        instances.forEach(instance ->
                instance.getBean(Devices.class).sweep(Duration.ofHours(1), Duration.ofHours(1), Duration.ZERO));
        untilDevices(LIMIT);
        assertThat(live()).hasSize(LIMIT);
    }

    @Test
    void everyChoiceOfManyEndsOneAndLetsOneIn() throws Exception {
        atOnce(FEWER, i -> arrive(devices(i), browser(i)));
        var waiting = rows().of(ana).stream().filter(Device::isWaiting).toList();

        atOnce(waiting.size(), i -> {
            var chosen = devices(i).of(ana).devices().get(0);
            return devices(i).signOut(ana, chosen.id(), waiting.get(i), "one of them");
        });

        assertThat(live()).hasSize(LIMIT);
        var left = rows().of(ana).stream().map(Device::refreshToken).toList();
        untilDevices(left.size());
        assertThat(devices(0).of(ana).devices()).hasSize(LIMIT);
    }

    @Test
    void manyTabsOfOneBrowserAreOneDevice() throws Exception {
        var arrived = atOnce(FEWER, i -> arrive(devices(i), browser(0)));

        // A tab may have met others of its own that were not decided yet; the last one decided settles it for all.
        assertThat(live()).hasSize(1);
        assertThat(rows().of(ana)).hasSize(1);
        untilDevices(1);
        assertThat(devices(1).of(ana).devices()).hasSize(1);
        // Every tab's session speaks for that one device, whichever of them was decided last.
        for (var one : arrived) {
            assertThat(rows().find(ana, one.token(), Devices.hashOf(browser(0)))
                            .orElseThrow()
                            .device()
                            .isLive())
                    .isTrue();
        }
    }

    @Test
    void theSimplePolicyLetsTwoInAndRefusesTheOthers() throws Exception {
        var refusing = instances.stream()
                .map(instance -> new Devices(
                        instance.getBean(DeviceRows.class),
                        instance.getBean(RefreshTokens.class),
                        instance.getBean(Listings.class),
                        instance.getBean(Revocations.class),
                        new DeviceSettings(LIMIT, DeviceSettings.Policy.REFUSE),
                        instance.getBean(TransactionTemplate.class),
                        instance.getBean(Clock.class)))
                .toList();

        var arrived = atOnce(FEWER, i -> arrive(refusing.get(i % 2), browser(i)));

        assertThat(arrived.stream().filter(one -> one.arrival() == Arrival.IN)).hasSize(LIMIT);
        assertThat(arrived.stream().filter(one -> one.arrival() == Arrival.REFUSED))
                .hasSize(FEWER - LIMIT);
    }

    private static Arrived arrive(Devices devices, String browser) {
        var fusionAuth = sandbox.fusionAuth();
        var token = fusionAuth.issueRefreshToken(ANA, fusionAuth.applicationId());
        var person = new CurrentPerson(ana, "Ana Alvarez", ANA, Set.of("user"), token, Instant.now(), Instant.now());
        return new Arrived(
                token, devices.arrive(new SigningIn(person, browser, null, "Firefox on Linux", "203.0.113.7")));
    }

    private static List<UUID> live() {
        return rows().of(ana).stream()
                .filter(Device::isLive)
                .map(Device::refreshToken)
                .toList();
    }

    private static Devices devices(int number) {
        return instances.get(number % instances.size()).getBean(Devices.class);
    }

    private static DeviceRows rows() {
        return instances.get(0).getBean(DeviceRows.class);
    }

    private static String browser(int number) {
        return "browser-%024d".formatted(number);
    }

    private interface Act<T> {
        T by(int number) throws Exception;
    }

    private static <T> List<T> atOnce(int many, Act<T> act) throws Exception {
        var gate = new CountDownLatch(1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> running = IntStream.range(0, many)
                    .mapToObj(number -> threads.submit((Callable<T>) () -> {
                        gate.await();
                        return act.by(number);
                    }))
                    .toList();
            gate.countDown();
            var results = new ArrayList<T>();
            for (var one : running) {
                results.add(one.get());
            }
            return results;
        }
    }
}
