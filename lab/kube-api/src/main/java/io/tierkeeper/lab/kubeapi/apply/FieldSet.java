package io.tierkeeper.lab.kubeapi.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The fields of an object as paths, in the notation of {@code FieldsV1}.
 *
 * <p>{@code f:name} is a field, {@code k:{…}} an item by its key, {@code v:…} an item by its value, and {@code .} the
 * item itself.
 */
public final class FieldSet {
  /** The fields of metadata that only the server sets, once the object has a name. */
  public static final List<String> SERVER_OWNED = List.of(
      "name",
      "namespace",
      "uid",
      "resourceVersion",
      "generation",
      "creationTimestamp",
      "deletionTimestamp",
      "deletionGracePeriodSeconds",
      "managedFields");

  private FieldSet() {}

  /** Every leaf that a write can own, with its value. The part is {@code status}, {@code main} or {@code all}. */
  static Map<List<String>, JsonNode> leaves(ObjectNode object, FieldShape root, Part part) {
    Map<List<String>, JsonNode> leaves = new LinkedHashMap<>();
    object.properties().forEach(field -> {
      String name = field.getKey();
      if (name.equals("apiVersion") || name.equals("kind") || !part.covers(name)) {
        return;
      }
      if (name.equals("metadata")) {
        ObjectNode own = field.getValue().deepCopy();
        own.remove(SERVER_OWNED).remove("selfLink");
        if (!own.isEmpty()) {
          collect(own, root.child(name), List.of("f:metadata"), leaves);
        }
      } else {
        collect(field.getValue(), root.child(name), List.of("f:" + name), leaves);
      }
    });
    return leaves;
  }

  /** What a write to an endpoint may touch. */
  public enum Part {
    ALL,
    MAIN,
    STATUS;

    boolean covers(String topLevelField) {
      return switch (this) {
        case ALL -> true;
        case MAIN -> !topLevelField.equals("status");
        case STATUS -> topLevelField.equals("status");
      };
    }
  }

  private static void collect(
      JsonNode node, FieldShape shape, List<String> path, Map<List<String>, JsonNode> leaves) {
    if (node instanceof ObjectNode object && !object.isEmpty() && !shape.isAtomicObject()) {
      object
          .properties()
          .forEach(field -> collect(
              field.getValue(),
              shape.child(field.getKey()),
              plus(path, "f:" + field.getKey()),
              leaves));
    } else if (node instanceof ArrayNode array && !shape.keys().isEmpty()) {
      for (JsonNode item : array) {
        List<String> itemPath = plus(path, Json.keyOf(item, shape.keys()));
        leaves.put(plus(itemPath, "."), BooleanNode.TRUE);
        if (!item.isEmpty()) {
          collect(item, shape.item(), itemPath, leaves);
        }
      }
    } else if (node instanceof ArrayNode array && shape.isSet()) {
      array.forEach(item -> leaves.put(plus(path, "v:" + item), item));
    } else {
      leaves.put(path, node);
    }
  }

  static ObjectNode toFieldsV1(Set<List<String>> paths) {
    ObjectNode fields = Json.object();
    Set<List<String>> ordered =
        new TreeSet<>((a, b) -> String.join("\n", a).compareTo(String.join("\n", b)));
    ordered.addAll(paths);
    for (List<String> path : ordered) {
      ObjectNode at = fields;
      for (String element : path) {
        at = Json.child(at, element);
      }
    }
    return fields;
  }

  static Set<List<String>> fromFieldsV1(JsonNode fields) {
    Set<List<String>> paths = new LinkedHashSet<>();
    gather(fields, List.of(), paths);
    return paths;
  }

  private static void gather(JsonNode fields, List<String> path, Set<List<String>> paths) {
    if (fields.isEmpty()) {
      if (!path.isEmpty()) {
        paths.add(path);
      }
      return;
    }
    fields
        .properties()
        .forEach(entry -> gather(entry.getValue(), plus(path, entry.getKey()), paths));
  }

  /** Takes a leaf out of an object, together with the objects that become empty by it. */
  static void remove(JsonNode node, List<String> path) {
    String element = path.get(0);
    List<String> rest = path.subList(1, path.size());
    if (node instanceof ObjectNode object && element.startsWith("f:")) {
      String field = element.substring(2);
      JsonNode child = object.get(field);
      if (child == null) {
        return;
      }
      if (rest.isEmpty()) {
        object.remove(field);
        return;
      }
      remove(child, rest);
      if (child.isEmpty()) {
        object.remove(field);
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = array.size() - 1; i >= 0; i--) {
        if (matches(array.get(i), element)) {
          if (rest.isEmpty() || rest.get(0).equals(".")) {
            array.remove(i);
          } else {
            remove(array.get(i), rest);
          }
        }
      }
    }
  }

  private static boolean matches(JsonNode item, String element) {
    if (element.startsWith("v:")) {
      return item.toString().equals(element.substring(2));
    }
    if (!element.startsWith("k:")) {
      return false;
    }
    JsonNode key = Json.parse(element.substring(2));
    return key.properties().stream().allMatch(e -> Json.same(item.get(e.getKey()), e.getValue()));
  }

  /** The path as messages show it, such as {@code .spec.conditions[type="Ready"].status}. */
  static String shown(List<String> path) {
    StringBuilder text = new StringBuilder();
    for (String element : path) {
      if (element.startsWith("f:")) {
        text.append('.').append(element, 2, element.length());
      } else if (element.startsWith("k:")) {
        List<String> keys = new ArrayList<>();
        Json.parse(element.substring(2))
            .properties()
            .forEach(e -> keys.add(e.getKey() + "=" + e.getValue()));
        text.append('[').append(String.join(",", keys)).append(']');
      } else if (element.startsWith("v:")) {
        text.append('[').append(element, 2, element.length()).append(']');
      }
    }
    return text.toString();
  }

  static boolean isPrefix(List<String> shorter, List<String> longer) {
    return shorter.size() < longer.size() && longer.subList(0, shorter.size()).equals(shorter);
  }

  static List<String> plus(List<String> path, String element) {
    List<String> longer = new ArrayList<>(path);
    longer.add(element);
    return List.copyOf(longer);
  }
}
