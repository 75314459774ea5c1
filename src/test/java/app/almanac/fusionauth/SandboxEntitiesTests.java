package app.almanac.fusionauth;

class SandboxEntitiesTests extends EntitiesContract {

    SandboxEntitiesTests() {
        super(Peer.sandbox("licensed"));
    }
}
