package app.almanac.fusionauth;

import java.util.Map;
import java.util.UUID;

/** An entity of FusionAuth: its id, the id of its type, and its data. It prints as its id. */
public record Entity(UUID id, UUID type, Map<String, Object> data) {

    @Override
    public String toString() {
        return "Entity[" + id + "]";
    }
}
