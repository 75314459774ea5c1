/** Sign-in and sign-out, filter chains, who is here ({@code CurrentPerson}). */
@NullMarked
@ApplicationModule(displayName = "Security", allowedDependencies = "fusionauth")
package app.almanac.security;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
