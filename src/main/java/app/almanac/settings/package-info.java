/** What the environment says: Almanac's own address, and one sentence where a setting is missing or malformed. */
@NullMarked
@ApplicationModule(
        displayName = "Settings",
        allowedDependencies = {})
package app.almanac.settings;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
