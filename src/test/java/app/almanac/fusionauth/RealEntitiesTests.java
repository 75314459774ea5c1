package app.almanac.fusionauth;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Runs when FUSIONAUTH_CONTRACT_URL names a licensed FusionAuth that was set up with the project's kickstart. */
@EnabledIfEnvironmentVariable(named = Peer.ADDRESS, matches = ".+")
@EnabledIfEnvironmentVariable(named = "FUSIONAUTH_CONTRACT_EDITION", matches = "licensed")
class RealEntitiesTests extends EntitiesContract {

    RealEntitiesTests() {
        super(Peer.real());
    }
}
