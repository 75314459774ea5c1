/** Connected Google accounts: connect (hosted, direct), reconnect, disconnect, and the state each is in. */
@NullMarked
@ApplicationModule(
        displayName = "Accounts",
        allowedDependencies = {"fusionauth", "google", "security"})
package app.almanac.accounts;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
