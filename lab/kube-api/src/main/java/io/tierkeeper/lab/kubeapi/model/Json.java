package io.tierkeeper.lab.kubeapi.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reading, writing and comparing the JSON trees that stand for Kubernetes objects here. */
public final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Parses JSON, or YAML when the text does not look like JSON; 400 when it is neither. */
  public static JsonNode parse(String text) {
    String trimmed = text.strip();
    try {
      if (trimmed.startsWith("{") || trimmed.startsWith("[")) {
        return MAPPER.readTree(trimmed);
      }
      JsonNode fromYaml = Serialization.unmarshal(trimmed, JsonNode.class);
      return fromYaml == null ? NullNode.instance : fromYaml;
    } catch (JsonProcessingException | RuntimeException e) {
      throw ApiError.badRequest("the request body is neither JSON nor YAML: " + e.getMessage());
    }
  }

  public static ObjectNode parseObject(String text) {
    if (parse(text) instanceof ObjectNode object) {
      return object;
    }
    throw ApiError.badRequest("the request body must be an object");
  }

  /** The object under a field, created when absent. */
  public static ObjectNode child(ObjectNode parent, String field) {
    return parent.get(field) instanceof ObjectNode present ? present : parent.putObject(field);
  }

  public static @Nullable String text(JsonNode parent, String field) {
    JsonNode value = parent.path(field);
    return value.isTextual() && !value.asText().isEmpty() ? value.asText() : null;
  }

  public static ArrayNode array(List<String> texts) {
    ArrayNode array = array();
    texts.forEach(array::add);
    return array;
  }

  public static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(node -> texts.add(node.asText()));
    return texts;
  }

  /** Equality that takes 1 and 1.0 for the same number, as the API server does. */
  public static boolean same(@Nullable JsonNode left, @Nullable JsonNode right) {
    if (left == null || right == null) {
      return left == right;
    }
    return left.equals(
        (a, b) -> {
          if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
          }
          return a.equals(b) ? 0 : 1;
        },
        right);
  }

  /** The key of an item as it stands in managedFields, such as {@code k:{"type":"Ready"}}. */
  public static String keyOf(JsonNode item, List<String> keys) {
    return "k:" + identity(item, keys.stream().sorted().toList());
  }

  /** The fields that tell an item of a keyed list from the others. */
  public static ObjectNode identity(JsonNode item, List<String> keys) {
    ObjectNode identity = object();
    keys.stream().filter(item::has).forEach(field -> identity.set(field, item.get(field)));
    return identity;
  }

  /** The item of an array that has the same key as another. */
  public static @Nullable JsonNode find(ArrayNode array, JsonNode like, List<String> keys) {
    String wanted = keyOf(like, keys);
    for (JsonNode item : array) {
      if (keyOf(item, keys).equals(wanted)) {
        return item;
      }
    }
    return null;
  }
}
