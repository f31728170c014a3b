package io.tierkeeper.lab.kubeapi.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import io.tierkeeper.lab.kubeapi.schema.StructuralSchema;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How the parts of an object are merged and owned: whole, item by item, or by key.
 *
 * <p>Custom resources declare it in their schema; for built-in kinds the names of the fields decide.
 */
public final class FieldShape {
  private static final Map<String, List<String>> BUILT_IN_KEYS = Map.ofEntries(
      Map.entry("ownerReferences", List.of("uid")),
      Map.entry("conditions", List.of("type")),
      Map.entry("containers", List.of("name")),
      Map.entry("initContainers", List.of("name")),
      Map.entry("env", List.of("name")),
      Map.entry("ports", List.of("port", "containerPort", "protocol")),
      Map.entry("volumes", List.of("name")),
      Map.entry("volumeMounts", List.of("mountPath")),
      Map.entry("imagePullSecrets", List.of("name")),
      Map.entry("topologySpreadConstraints", List.of("topologyKey", "whenUnsatisfiable")));

  private static final FieldShape BUILT_IN = new FieldShape(null, "", true);

  private final @Nullable JsonNode schema;
  private final String name;
  private final boolean root;

  private FieldShape(@Nullable JsonNode schema, String name, boolean root) {
    this.schema = schema;
    this.name = name;
    this.root = root;
  }

  public static FieldShape of(ResourceType type) {
    ResourceType.Custom custom = type.custom();
    return custom == null ? BUILT_IN : new FieldShape(custom.schema(), "", true);
  }

  FieldShape child(String field) {
    if (schema == null || (root && field.equals("metadata"))) {
      return new FieldShape(null, field, false);
    }
    return new FieldShape(StructuralSchema.field(schema, field), field, false);
  }

  FieldShape item() {
    return new FieldShape(schema == null ? null : schema.path("items"), "", false);
  }

  /** The key fields of a list that is merged by key; empty for other lists. */
  List<String> keys() {
    return schema == null
        ? BUILT_IN_KEYS.getOrDefault(name, List.of())
        : StructuralSchema.keys(schema);
  }

  /** The items of a keyed list after others were merged in by key, or did what their {@code $patch} says. */
  ArrayNode mergeByKey(JsonNode live, JsonNode wanted, BinaryOperator<JsonNode> merge) {
    Map<String, JsonNode> items = new LinkedHashMap<>();
    live.forEach(item -> items.put(Json.keyOf(item, keys()), item));
    wanted.forEach(item -> {
      String key = Json.keyOf(item, keys());
      switch (item.path("$patch").asText()) {
        case "delete" -> items.remove(key);
        case "replace" -> items.clear();
        default -> items.merge(key, item, merge);
      }
    });
    return Json.array().addAll(items.values());
  }

  /** The items of a set together with others; none comes twice. */
  static ArrayNode union(ArrayNode live, JsonNode wanted) {
    ArrayNode union = live.deepCopy();
    wanted
        .valueStream()
        .filter(item -> live.valueStream().noneMatch(there -> Json.same(there, item)))
        .forEach(union::add);
    return union;
  }

  boolean isSet() {
    return schema == null ? name.equals("finalizers") : StructuralSchema.isSet(schema);
  }

  /** Whether an object at this place has one owner as a whole. */
  boolean isAtomicObject() {
    return schema == null
        ? name.equals("selector") || name.equals("resourceFieldRef")
        : schema.path("x-kubernetes-map-type").asText().equals("atomic");
  }
}
