/** Invitations: codes, reservations, redemption, the join page, and their projection into {@code user.data}. */
@NullMarked
@ApplicationModule(
        displayName = "Invitations",
        allowedDependencies = {"connector", "fusionauth", "security", "webhooks"})
package app.almanac.invitations;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
