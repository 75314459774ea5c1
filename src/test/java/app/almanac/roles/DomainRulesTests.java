package app.almanac.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.almanac.settings.BadSetting;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DomainRulesTests {

    @Test
    void exactlyThatDomainHasTheRole() {
        var rules = DomainRules.of("school.example=teacher, ADMIN.example = admin,school.example=editor,");

        assertThat(rules.rolesAt(Optional.of("school.example"))).containsExactly("editor", "teacher");
        assertThat(rules.rolesAt(Optional.of("admin.example"))).containsExactly("admin");
        assertThat(rules.rolesAt(Optional.of("sub.school.example"))).isEmpty();
        assertThat(rules.rolesAt(Optional.empty())).isEmpty();
        assertThat(rules.domainsOf("teacher")).containsExactly("school.example");
        assertThat(DomainRules.of(rules.toString())).hasToString(rules.toString());
    }

    @Test
    void aRuleMayBeWrittenInUnicodeOrPunycode() {
        var rules = DomainRules.of("münchen.example=teacher");

        assertThat(rules.rolesAt(EmailDomain.of("tess@xn--mnchen-3ya.example"))).containsExactly("teacher");
        assertThat(rules.rolesAt(EmailDomain.of("tess@MÜNCHEN.example"))).containsExactly("teacher");
    }

    @Test
    void withoutRulesNobodyHasARoleByDomain() {
        assertThat(DomainRules.of("").roles()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "school.example",
                "school.example=",
                "=teacher",
                "school.example=teacher=admin",
                "school.example:teacher",
                "school.example=two words",
                "@school.example=teacher",
                "*.school.example=teacher",
                ".school.example=teacher",
                "straße.example=teacher"
            })
    void whatIsNoRuleStopsTheStart(String rules) {
        assertThatThrownBy(() -> DomainRules.of(rules))
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("ROLES_BY_DOMAIN has a rule that cannot be read: set it to ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gmail.com",
                "GoogleMail.com",
                "outlook.com",
                "hotmail.com",
                "yahoo.co.uk",
                "icloud.com",
                "proton.me",
                "gmx.de",
                "web.de",
                "t-online.de",
                "mail.ru",
                "qq.com"
            })
    void aDomainWhereAnybodyGetsAnAddressIsNoRule(String domain) {
        assertThatThrownBy(() -> DomainRules.of("school.example=teacher," + domain + "=teacher"))
                .isInstanceOf(BadSetting.class)
                .hasMessageStartingWith("ROLES_BY_DOMAIN has a rule for " + domain.toLowerCase(Locale.ROOT))
                .hasMessageContaining("anybody can get an address");
    }
}
