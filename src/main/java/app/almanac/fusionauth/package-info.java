/**
 * Gateway to FusionAuth: identity provider links, users, registrations, refresh tokens. The only importer of
 * {@code io.fusionauth.*} and of Jackson 2.
 */
@NullMarked
@ApplicationModule(
        displayName = "FusionAuth",
        allowedDependencies = {})
package app.almanac.fusionauth;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
