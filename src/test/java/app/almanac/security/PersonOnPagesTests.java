package app.almanac.security;

import static org.assertj.core.api.Assertions.assertThat;

import app.almanac.fusionauth.PersonId;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;

class PersonOnPagesTests {

    private static final AdminPage ON = new AdminPage("/on", "on", true);

    @Test
    void administratorsAreLedToThePagesThatAreOnAndNobodyElseToAny() {
        var rooms = new DefaultListableBeanFactory();
        rooms.registerSingleton("on", ON);
        rooms.registerSingleton("off", new AdminPage("/off", "off", false));
        var pages = new PersonOnPages(rooms.getBeanProvider(AdminPage.class));

        assertThat(pages.adminPages(person("user", "admin"))).containsExactly(ON);
        assertThat(pages.adminPages(person("user", "teacher"))).isEmpty();
        assertThat(pages.adminPages(null)).isEmpty();
    }

    private static CurrentPerson person(String... roles) {
        var now = Instant.now();
        return new CurrentPerson(new PersonId(new UUID(0, 1)), null, null, Set.of(roles), null, now, now);
    }
}
