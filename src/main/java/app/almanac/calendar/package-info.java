/** The merged calendar: fetch, merge, de-duplicate, conflicts, views, JSON. */
@NullMarked
@ApplicationModule(
        displayName = "Calendar",
        allowedDependencies = {"accounts", "fusionauth", "google", "security"})
package app.almanac.calendar;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
