package app.almanac.fusionauth;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/** Runs when FUSIONAUTH_CONTRACT_URL names a FusionAuth that was set up with the project's kickstart. */
@EnabledIfEnvironmentVariable(named = Peer.ADDRESS, matches = ".+")
class RealGatewayTests extends GatewayContract {

    RealGatewayTests() {
        super(Peer.real());
    }
}
