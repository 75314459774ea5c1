package app.almanac.fusionauth;

class SandboxGatewayTests extends GatewayContract {

    SandboxGatewayTests() {
        super(Peer.sandbox());
    }
}
