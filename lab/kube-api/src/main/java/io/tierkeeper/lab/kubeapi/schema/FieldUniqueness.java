package io.tierkeeper.lab.kubeapi.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.FieldError;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The rule that a set holds no value twice and a keyed list no key twice.
 *
 * @param set whether the values themselves must differ
 * @param keys the fields that must differ together, or empty
 */
record FieldUniqueness(boolean set, List<String> keys) {

  static FieldUniqueness of(JsonNode schema) {
    String type = schema.path("x-kubernetes-list-type").asText();
    return new FieldUniqueness(
        type.equals("set"),
        type.equals("map") ? Json.texts(schema.path("x-kubernetes-list-map-keys")) : List.of());
  }

  List<FieldError> duplicates(ArrayNode array, String path) {
    List<FieldError> errors = new ArrayList<>();
    if (!set && keys.isEmpty()) {
      return errors;
    }
    Set<JsonNode> seen = new HashSet<>();
    for (int i = 0; i < array.size(); i++) {
      JsonNode identity = identity(array.get(i));
      if (!seen.add(identity)) {
        errors.add(new FieldError(
            path + "[" + i + "]", "FieldValueDuplicate", "Duplicate value: " + identity));
      }
    }
    return errors;
  }

  private JsonNode identity(JsonNode item) {
    if (set) {
      return item;
    }
    ObjectNode identity = Json.object();
    keys.stream().filter(item::has).forEach(key -> identity.set(key, item.get(key)));
    return identity;
  }
}
