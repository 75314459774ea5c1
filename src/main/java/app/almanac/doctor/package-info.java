/** Tells an operator what is wrong with the settings and with how FusionAuth and Google are set up, each with its mend. */
@NullMarked
@ApplicationModule(
        displayName = "Doctor",
        allowedDependencies = {"fusionauth", "google"})
package app.almanac.doctor;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
