/** Who may do what here, and why: rules by e-mail domain, roles given by hand, members. */
@NullMarked
@ApplicationModule(
        displayName = "Roles",
        allowedDependencies = {"fusionauth", "security"})
package app.almanac.roles;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
