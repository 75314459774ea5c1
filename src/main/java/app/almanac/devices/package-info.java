/** Where somebody is signed in: the limit on devices, signing out elsewhere, and telling of new ones. */
@NullMarked
@ApplicationModule(
        displayName = "Devices",
        allowedDependencies = {"fusionauth", "security", "webhooks"})
package app.almanac.devices;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
