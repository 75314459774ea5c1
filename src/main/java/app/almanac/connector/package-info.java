/** Answers FusionAuth's Generic Connector from the legacy store, and shows administrators how the migration goes. */
@NullMarked
@ApplicationModule(
        displayName = "Connector",
        allowedDependencies = {"fusionauth", "security"})
package app.almanac.connector;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
