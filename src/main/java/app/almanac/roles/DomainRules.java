package app.almanac.roles;

import app.almanac.settings.BadSetting;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which roles an address at a domain has: exactly at that domain, not at those under it. */
final class DomainRules {

    static final String SETTING = "ROLES_BY_DOMAIN";
    static final Pattern ROLE = Pattern.compile("[\\p{L}\\p{N}._:-]{1,100}");

    private final Map<String, Set<String>> rolesByDomain;

    private DomainRules(Map<String, Set<String>> rolesByDomain) {
        this.rolesByDomain = rolesByDomain;
    }

    /**
     * Rules such as {@code school.example=teacher,admin.example=admin}; a domain may stand there more than once.
     *
     * @throws BadSetting for what is no rule, and for a domain at which anybody can get an address
     */
    static DomainRules of(String text) {
        var rules = new LinkedHashMap<String, Set<String>>();
        for (var rule : text.split(",", -1)) {
            if (rule.isBlank()) {
                continue;
            }
            var parts = rule.split("=", -1);
            var role = parts.length == 2 ? parts[1].strip() : "";
            var domain = EmailDomain.canonical(parts[0].strip())
                    .filter(known -> ROLE.matcher(role).matches())
                    .orElseThrow(() -> new BadSetting(
                            SETTING,
                            "has a rule that cannot be read: set it to domain=role pairs with commas between them, such"
                                    + " as school.example=teacher,admin.example=admin (write a domain in punycode at"
                                    + " need)."));
            if (PublicMailDomains.contains(domain)) {
                throw new BadSetting(
                        SETTING,
                        "has a rule for " + domain
                                + ", where anybody can get an address: name only domains whose addresses your"
                                + " organisation hands out.");
            }
            rules.computeIfAbsent(domain, any -> new TreeSet<>()).add(role);
        }
        return new DomainRules(rules);
    }

    Set<String> rolesAt(Optional<String> domain) {
        return domain.map(known -> rolesByDomain.getOrDefault(known, Set.of())).orElse(Set.of());
    }

    /** The domains whose addresses have a role, in alphabetical order. */
    Collection<String> domainsOf(String role) {
        return rolesByDomain.entrySet().stream()
                .filter(rule -> rule.getValue().contains(role))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** Every role that some rule gives. */
    Set<String> roles() {
        return rolesByDomain.values().stream().flatMap(Set::stream).collect(Collectors.toCollection(TreeSet::new));
    }

    /** As the setting would say it. */
    @Override
    public String toString() {
        return rolesByDomain.entrySet().stream()
                .flatMap(rule -> rule.getValue().stream().map(role -> rule.getKey() + "=" + role))
                .collect(Collectors.joining(","));
    }
}
