/** The one door for FusionAuth's events: verified, taken once, and handed on inside the transaction of their effect. */
@NullMarked
@ApplicationModule(displayName = "Webhooks", allowedDependencies = "fusionauth")
package app.almanac.webhooks;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
