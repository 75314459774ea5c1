package app.almanac.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2001:db8::1",
                "2001:0db8:0000:0000:0000:0000:0000:0001",
                "2001:DB8::ffff:1",
                "2001:db8:0:1::7",
                "2001:db8:0:ffff:1:2:3:4",
                "2001:db8::1%eth0"
            })
    void allAddressesOfAnIpv6CustomerAreOneHoweverTheyAreWritten(String address) {
        assertThat(Network.of(address)).isEqualTo("20010db80000");
    }

    @Test
    void anIpv4AddressIsItsOwnAlsoInsideIpv6() {
        assertThat(Network.of("203.0.113.7")).isEqualTo("cb007107").isNotEqualTo(Network.of("203.0.113.8"));
        assertThat(Network.of("::ffff:203.0.113.7")).isEqualTo("cb007107");
        assertThat(Network.of("2001:db8:1::1")).isNotEqualTo(Network.of("2001:db8:2::1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "almanac.example", "1.2.3", "1.2.3.4.5", "256.1.1.1", ":::", "2001:db8"})
    void whatIsNoAddressHasNone(String address) {
        assertThat(Network.of(address)).isEmpty();
    }
}
