/** The session service: other applications of the tenant keep, find and end their people's sessions here. */
@NullMarked
@ApplicationModule(
        displayName = "Sessions",
        allowedDependencies = {"fusionauth", "security"})
package app.almanac.sessions;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
