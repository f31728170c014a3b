package io.tierkeeper.operator.hostile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;

/** The leaves of a definition's schema, read from the committed YAML, and how one of them is set in an object. */
@NullUnmarked
final class SchemaLeaves {
  static final String ITEM = "[]";
  static final String ENTRY = "{}";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final JsonNode schema;

  /**
   * A place in the schema without places below it.
   *
   * @param path from {@code spec} or {@code status}; an item of a list is {@code []}, a value of a map {@code {}}
   */
  record Leaf(List<String> path, JsonNode schema, boolean required) {
    String name() {
      return String.join(".", path).replace("." + ITEM, ITEM).replace("." + ENTRY, ENTRY);
    }

    boolean under(String prefix) {
      return name().equals(prefix) || name().startsWith(prefix + ".");
    }
  }

  private SchemaLeaves(JsonNode schema) {
    this.schema = schema;
  }

  static SchemaLeaves of(String kind) {
    CustomResourceDefinition definition = Crds.all().stream()
        .filter(crd -> crd.getSpec().getNames().getKind().equals(kind))
        .findFirst()
        .orElseThrow();
    return new SchemaLeaves(Serialization.jsonMapper()
        .valueToTree(definition)
        .at("/spec/versions/0/schema/openAPIV3Schema"));
  }

  /** All leaves below a property of the root. */
  List<Leaf> below(String root) {
    List<Leaf> found = new ArrayList<>();
    walk(new ArrayList<>(List.of(root)), schema.at("/properties/" + root), true, found);
    return found;
  }

  private static void walk(List<String> path, JsonNode schema, boolean required, List<Leaf> found) {
    if (schema.has("properties")) {
      schema.path("properties").properties().forEach(property -> {
        boolean must = false;
        for (JsonNode name : schema.path("required")) {
          must |= name.asText().equals(property.getKey());
        }
        walk(with(path, property.getKey()), property.getValue(), must, found);
      });
    } else if (schema.has("items")) {
      walk(with(path, ITEM), schema.path("items"), false, found);
    } else if (schema.path("additionalProperties").isObject()) {
      walk(with(path, ENTRY), schema.path("additionalProperties"), false, found);
    } else {
      found.add(new Leaf(List.copyOf(path), schema, required));
    }
  }

  private static List<String> with(List<String> path, String next) {
    List<String> longer = new ArrayList<>(path);
    longer.add(next);
    return longer;
  }

  /**
   * A copy of the object in which the leaf has the value; parents that are missing are made with what their schema
   * requires.
   *
   * @param value null removes the leaf
   */
  ObjectNode set(ObjectNode object, Leaf leaf, JsonNode value) {
    ObjectNode copy = object.deepCopy();
    JsonNode at = copy;
    JsonNode of = schema;
    for (int i = 0; i < leaf.path().size() - 1; i++) {
      String step = leaf.path().get(i);
      of = below(of, step);
      at = child(at, step, of);
    }
    String last = leaf.path().getLast();
    switch (at) {
      case ArrayNode list when value == null -> list.removeAll();
      case ArrayNode list -> {
        list.removeAll();
        list.add(value);
      }
      case ObjectNode map when value == null -> map.remove(last.equals(ENTRY) ? "key" : last);
      case ObjectNode map -> map.set(last.equals(ENTRY) ? "key" : last, value);
      default -> throw new IllegalStateException(leaf.name() + ": no parent in " + copy);
    }
    return copy;
  }

  private static JsonNode below(JsonNode schema, String step) {
    return switch (step) {
      case ITEM -> schema.path("items");
      case ENTRY -> schema.path("additionalProperties");
      default -> schema.path("properties").path(step);
    };
  }

  private static JsonNode child(JsonNode parent, String step, JsonNode schema) {
    if (parent instanceof ArrayNode list) {
      if (list.isEmpty()) {
        list.add(example(schema));
      }
      return list.get(0);
    }
    ObjectNode map = (ObjectNode) parent;
    String key = step.equals(ENTRY) ? "key" : step;
    if (!map.path(key).isContainerNode()) {
      map.set(key, example(schema));
    }
    return map.get(key);
  }

  /** Something that the schema allows. */
  static JsonNode example(JsonNode schema) {
    if (schema.has("default")) {
      return schema.get("default");
    }
    return switch (schema.path("type").asText()) {
      case "object" -> {
        ObjectNode object = NODES.objectNode();
        schema
            .path("required")
            .forEach(name ->
                object.set(name.asText(), example(schema.path("properties").path(name.asText()))));
        yield object;
      }
      case "array" -> NODES.arrayNode();
      default -> AbsurdValues.legal(schema).getFirst();
    };
  }
}
