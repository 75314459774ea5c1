package sandbox;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON documents, and the two ways in which FusionAuth patches them. */
final class Json {

    static final JsonMapper MAPPER = JsonMapper.builder().build();
    static final JsonNode MISSING = MissingNode.getInstance();

    private Json() {}

    /** FusionAuth's plain PATCH: objects are merged, arrays are appended to, a null takes away. */
    static ObjectNode patched(ObjectNode before, JsonNode patch) {
        return patched(before, patch, false);
    }

    /** RFC 7396: objects are merged, arrays are replaced, a null takes away. */
    static ObjectNode mergePatched(ObjectNode before, JsonNode patch) {
        return patched(before, patch, true);
    }

    private static ObjectNode patched(ObjectNode before, JsonNode patch, boolean replacingArrays) {
        var after = before.deepCopy();
        patch.properties().forEach(change -> {
            var old = after.get(change.getKey());
            var now = change.getValue();
            if (now.isNull()) {
                after.remove(change.getKey());
            } else if (now instanceof ObjectNode object) {
                var base = old instanceof ObjectNode was ? was : MAPPER.createObjectNode();
                after.set(change.getKey(), patched(base, object, replacingArrays));
            } else if (!replacingArrays && now instanceof ArrayNode added && old instanceof ArrayNode was) {
                var both = was.deepCopy();
                added.forEach(item -> {
                    if (!item.isValueNode() || !contains(both, item)) {
                        both.add(item);
                    }
                });
                after.set(change.getKey(), both);
            } else {
                after.set(change.getKey(), now);
            }
        });
        return after;
    }

    /** Lists of plain values, such as roles, are sets. */
    private static boolean contains(ArrayNode array, JsonNode item) {
        for (var present : array) {
            if (present.equals(item)) {
                return true;
            }
        }
        return false;
    }
}
