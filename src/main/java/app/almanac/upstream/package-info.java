/** How Almanac calls other machines: one way to bound a call, to fetch signing keys and to hold a secret. */
@NullMarked
@ApplicationModule(
        displayName = "Upstream",
        allowedDependencies = {})
package app.almanac.upstream;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
