package io.tierkeeper.lab.kubeapi.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.zjsonpatch.JsonPatch;
import io.fabric8.zjsonpatch.JsonPatchException;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import java.util.List;
import java.util.Map;

/** The three patches that are no server-side apply: RFC 7386 merge, RFC 6902, and Kubernetes' strategic merge. */
public final class MergePatch {
  private MergePatch() {}

  /** RFC 7386: null deletes, objects merge, everything else replaces. */
  public static JsonNode merge(JsonNode target, JsonNode patch) {
    if (!patch.isObject()) {
      return patch;
    }
    ObjectNode merged = target instanceof ObjectNode present ? present.deepCopy() : Json.object();
    patch.properties().forEach(field -> {
      if (field.getValue().isNull()) {
        merged.remove(field.getKey());
      } else {
        merged.set(field.getKey(), merge(merged.path(field.getKey()), field.getValue()));
      }
    });
    return merged;
  }

  /** RFC 6902; 422 when an operation cannot be done, 400 when the patch is malformed. */
  public static JsonNode jsonPatch(
      ObjectNode target, String patch, ResourceType type, String name) {
    if (!(Json.parse(patch) instanceof ArrayNode operations)) {
      throw ApiError.badRequest("a JSON patch must be an array of operations");
    }
    try {
      return JsonPatch.apply(operations, target.deepCopy());
    } catch (JsonPatchException e) {
      throw new ApiError(
          422,
          "Invalid",
          "the server rejected our request due to an error in our request: %s \"%s\": %s"
              .formatted(type.qualifiedPlural(), name, e.getMessage()));
    }
  }

  /** Strategic merge with the lists of built-in kinds and the directives that kubectl writes. */
  public static JsonNode strategic(JsonNode target, JsonNode patch, FieldShape shape) {
    if (patch instanceof ObjectNode wanted) {
      if (wanted.path("$patch").asText().equals("replace")) {
        ObjectNode replaced = wanted.deepCopy();
        replaced.remove("$patch");
        return replaced;
      }
      ObjectNode merged = target instanceof ObjectNode present ? present.deepCopy() : Json.object();
      wanted.properties().forEach(field -> strategicField(merged, field, shape));
      return merged;
    }
    if (patch.isArray() && target instanceof ArrayNode present && !shape.keys().isEmpty()) {
      return shape.mergeByKey(present, patch, (old, now) -> strategic(old, now, shape.item()));
    }
    if (patch.isArray() && target instanceof ArrayNode present && shape.isSet()) {
      return FieldShape.union(present, patch);
    }
    return patch;
  }

  private static void strategicField(
      ObjectNode merged, Map.Entry<String, JsonNode> field, FieldShape shape) {
    String name = field.getKey();
    JsonNode value = field.getValue();
    if (name.startsWith("$deleteFromPrimitiveList/")) {
      String list = name.substring(name.indexOf('/') + 1);
      List<String> gone = Json.texts(value);
      ArrayNode kept = Json.array();
      merged.path(list).forEach(item -> {
        if (!gone.contains(item.asText())) {
          kept.add(item);
        }
      });
      merged.set(list, kept);
    } else if (name.equals("$retainKeys")) {
      merged.retain(Json.texts(value));
    } else if (name.startsWith("$")) {
      // $setElementOrder only orders; the order of what is there is kept here
      return;
    } else if (value.isNull()) {
      merged.remove(name);
    } else {
      merged.set(name, strategic(merged.path(name), value, shape.child(name)));
    }
  }
}
