package io.tierkeeper.lab.kubeapi.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.List;

/** How a structural schema, given as JSON, describes the parts of a value. */
public final class StructuralSchema {

  private StructuralSchema() {}

  /** The schema of a field: its own, or that of additional properties; no object where it has none. */
  public static JsonNode field(JsonNode schema, String field) {
    JsonNode own = schema.path("properties").path(field);
    return own.isMissingNode() ? schema.path("additionalProperties") : own;
  }

  /** Whether an array holds no value twice. */
  public static boolean isSet(JsonNode schema) {
    return schema.path("x-kubernetes-list-type").asText().equals("set");
  }

  /** The key fields of a list that is merged by key; empty for other lists. */
  public static List<String> keys(JsonNode schema) {
    return schema.path("x-kubernetes-list-type").asText().equals("map")
        ? Json.texts(schema.path("x-kubernetes-list-map-keys"))
        : List.of();
  }
}
