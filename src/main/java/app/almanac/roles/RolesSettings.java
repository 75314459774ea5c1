package app.almanac.roles;

import app.almanac.settings.BadSetting;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** The rules ({@code ROLES_BY_DOMAIN}) and what everybody has ({@code ROLES_DEFAULT}, one role or several). */
@ConfigurationProperties("almanac")
record RolesSettings(String rolesByDomain, String rolesDefault) {

    RolesSettings {
        DomainRules.of(rolesByDomain);
        if (!defaults(rolesDefault).stream()
                .allMatch(role -> DomainRules.ROLE.matcher(role).matches())) {
            throw new BadSetting("ROLES_DEFAULT", "is no role: set it to a role's name, such as user.");
        }
    }

    DomainRules rules() {
        return DomainRules.of(rolesByDomain);
    }

    Set<String> defaults() {
        return defaults(rolesDefault);
    }

    private static Set<String> defaults(String text) {
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(role -> !role.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
