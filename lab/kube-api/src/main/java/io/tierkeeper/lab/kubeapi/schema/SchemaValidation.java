package io.tierkeeper.lab.kubeapi.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.FieldError;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a structural schema does to an object: unknown fields are removed, defaults are set, and the rest is
 * validated with the API server's messages.
 */
public final class SchemaValidation {
  private static final Logger log = LoggerFactory.getLogger(SchemaValidation.class);
  private static final FieldError NOT_ALL_CHECKED = new FieldError(
      "<nil>",
      "FieldValueInvalid",
      "Invalid value: null: some validation rules were not checked because the object was invalid; correct the"
          + " existing errors to complete validation");

  private final JsonNode schema;
  private final CompletableFuture<CelRules> rules;
  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  private SchemaValidation(JsonNode schema, CompletableFuture<CelRules> rules) {
    this.schema = schema;
    this.rules = rules;
  }

  /** The check by a schema; what of it cannot be checked here is logged once, now. */
  public static SchemaValidation of(String definition, JsonNode schema) {
    SchemaValidation validation =
        // compiling a definition's rules takes a while; only the first object of its kind waits for
        // it
        new SchemaValidation(
            schema, CompletableFuture.supplyAsync(() -> CelRules.of(definition, schema)));
    validation.compilePatterns(definition, schema);
    return validation;
  }

  /** Removes the fields that the schema does not declare and returns their paths, such as {@code spec.foo}. */
  public List<String> prune(ObjectNode object) {
    List<String> unknown = new ArrayList<>();
    for (String field : fieldNames(object)) {
      if (Set.of("apiVersion", "kind", "metadata").contains(field)) {
        continue;
      }
      JsonNode own = schema.path("properties").path(field);
      if (own.isMissingNode()) {
        if (!keepsUnknown(schema)) {
          object.remove(field);
          unknown.add(field);
        }
      } else {
        prune(object.path(field), own, field, unknown);
      }
    }
    return unknown;
  }

  private static void prune(JsonNode node, JsonNode schema, String path, List<String> unknown) {
    if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        prune(array.get(i), schema.path("items"), path + "[" + i + "]", unknown);
      }
    } else if (node instanceof ObjectNode object) {
      JsonNode additional = schema.path("additionalProperties");
      for (String field : fieldNames(object)) {
        JsonNode own = schema.path("properties").path(field);
        String at = path + "." + field;
        if (!own.isMissingNode()) {
          prune(object.path(field), own, at, unknown);
        } else if (additional.isObject()) {
          prune(object.path(field), additional, at, unknown);
        } else if (!additional.asBoolean(false) && !keepsUnknown(schema)) {
          object.remove(field);
          unknown.add(at);
        }
      }
    }
  }

  /** Fills in defaults; a null where none is allowed counts as absent. */
  public void applyDefaults(ObjectNode object) {
    applyDefaults(object, schema);
  }

  private static void applyDefaults(JsonNode node, JsonNode schema) {
    if (node instanceof ArrayNode array) {
      array.forEach(item -> applyDefaults(item, schema.path("items")));
    } else if (node instanceof ObjectNode object) {
      for (String field : fieldNames(object)) {
        JsonNode effective = StructuralSchema.field(schema, field);
        if (object.path(field).isNull()
            && effective.isObject()
            && !effective.path("nullable").asBoolean()) {
          object.remove(field);
        }
      }
      schema.path("properties").properties().forEach(property -> {
        JsonNode preset = property.getValue().get("default");
        if (preset != null && !object.has(property.getKey())) {
          object.set(property.getKey(), preset.deepCopy());
        }
      });
      for (String field : fieldNames(object)) {
        applyDefaults(object.path(field), StructuralSchema.field(schema, field));
      }
    }
  }

  /** Everything that is wrong with an object; empty when it is fine. */
  public List<FieldError> validate(ObjectNode object, @Nullable ObjectNode old) {
    Check check = new Check();
    ObjectNode own = object.deepCopy();
    own.remove(List.of("apiVersion", "kind", "metadata"));
    check.node(own, schema, "");
    check.errors.addAll(
        check.structureBroken ? List.of(NOT_ALL_CHECKED) : rules.join().validate(object, old));
    return check.errors;
  }

  private final class Check {
    private final List<FieldError> errors = new ArrayList<>();
    private boolean structureBroken;

    private void stopsRules(FieldError error) {
      errors.add(error);
      structureBroken = true;
    }

    private FieldError inBody(String path, String shown, String problem) {
      return FieldError.invalid(path, shown, path + " in body " + problem);
    }

    private static boolean exceeds(int size, JsonNode max) {
      return max.isNumber() && size > max.asInt();
    }

    private static boolean falls(int size, JsonNode min) {
      return min.isNumber() && size < min.asInt();
    }

    void node(JsonNode node, JsonNode schema, String path) {
      if (node.isNull() && schema.path("nullable").asBoolean()) {
        return;
      }
      if (!hasType(node, schema)) {
        String type = schema.path("type").asText("integer,string");
        stopsRules(
            inBody(path, shown(node), "must be of type " + type + ": \"" + typeOf(node) + "\""));
        return;
      }
      if (schema.path("enum").isArray()) {
        enumeration(node, schema.path("enum"), path);
      }
      if (node.isTextual()) {
        text(node.asText(), schema, path);
      } else if (node.isNumber()) {
        number(node, schema, path);
      } else if (node instanceof ArrayNode array) {
        array(array, schema, path);
      } else if (node instanceof ObjectNode object) {
        object(object, schema, path);
      }
    }

    private void enumeration(JsonNode node, JsonNode allowed, String path) {
      for (JsonNode value : allowed) {
        if (Json.same(value, node)) {
          return;
        }
      }
      TreeSet<String> shown = new TreeSet<>();
      allowed.forEach(value -> shown.add("\"" + value.asText() + "\""));
      stopsRules(new FieldError(
          path,
          "FieldValueNotSupported",
          "Unsupported value: " + shown(node) + ": supported values: " + String.join(", ", shown)));
    }

    private void text(String value, JsonNode schema, String path) {
      int characters = value.codePointCount(0, value.length());
      JsonNode max = schema.path("maxLength");
      if (exceeds(characters, max)) {
        stopsRules(new FieldError(
            path, "FieldValueTooLong", "Too long: may not be more than " + max.asInt() + " bytes"));
      }
      JsonNode min = schema.path("minLength");
      if (falls(characters, min)) {
        errors.add(inBody(path, quote(value), "should be at least " + min.asInt() + " chars long"));
      }
      if (schema.path("pattern").isTextual()) {
        Pattern pattern = patterns.get(schema.path("pattern").asText());
        if (pattern != null && !pattern.matcher(value).find()) {
          errors.add(inBody(
              path, quote(value), "should match '" + schema.path("pattern").asText() + "'"));
        }
      }
      if (schema.path("format").asText().equals("date-time") && !isDateTime(value)) {
        errors.add(inBody(path, quote(value), "must be of type date-time: " + quote(value)));
      }
    }

    private void number(JsonNode node, JsonNode schema, String path) {
      String format = schema.path("format").asText();
      if (format.equals("int64") && !node.canConvertToLong()
          || format.equals("int32") && !node.canConvertToInt()) {
        errors.add(inBody(
            path,
            node.asText(),
            "must be of type integer with format " + format + ": " + node.asText()));
      }
      bound(node, schema, path, "Maximum", "less", 1);
      bound(node, schema, path, "Minimum", "greater", -1);
    }

    private void bound(
        JsonNode node, JsonNode schema, String path, String name, String words, int outside) {
      JsonNode bound = schema.path(name.toLowerCase(Locale.ROOT));
      boolean exclusive = schema.path("exclusive" + name).asBoolean();
      int order =
          bound.isNumber() ? node.decimalValue().compareTo(bound.decimalValue()) * outside : -1;
      if (order > 0 || (exclusive && order == 0)) {
        String limit = (exclusive ? "" : "or equal to ") + plain(bound);
        errors.add(inBody(path, node.asText(), "should be " + words + " than " + limit));
      }
    }

    private void array(ArrayNode array, JsonNode schema, String path) {
      JsonNode max = schema.path("maxItems");
      if (exceeds(array.size(), max)) {
        stopsRules(tooMany(path, array.size(), max.asInt()));
      }
      JsonNode min = schema.path("minItems");
      if (falls(array.size(), min)) {
        errors.add(inBody(
            path,
            Integer.toString(array.size()),
            "should have at least " + min.asInt() + " items"));
      }
      duplicates(array, schema, path);
      for (int i = 0; i < array.size(); i++) {
        node(array.get(i), schema.path("items"), path + "[" + i + "]");
      }
    }

    private void duplicates(ArrayNode array, JsonNode schema, String path) {
      List<String> keys = StructuralSchema.keys(schema);
      if (keys.isEmpty() && !StructuralSchema.isSet(schema)) {
        return;
      }
      Set<JsonNode> seen = new HashSet<>();
      for (int i = 0; i < array.size(); i++) {
        JsonNode item = array.get(i);
        JsonNode identity = keys.isEmpty() ? item : Json.identity(item, keys);
        if (!seen.add(identity)) {
          stopsRules(new FieldError(
              path + "[" + i + "]", "FieldValueDuplicate", "Duplicate value: " + identity));
        }
      }
    }

    private void object(ObjectNode object, JsonNode schema, String path) {
      for (JsonNode required : schema.path("required")) {
        if (!object.has(required.asText()) && !isServerSide(path, required.asText())) {
          stopsRules(FieldError.required(join(path, required.asText())));
        }
      }
      JsonNode max = schema.path("maxProperties");
      if (exceeds(object.size(), max)) {
        stopsRules(tooMany(path, object.size(), max.asInt()));
      }
      JsonNode min = schema.path("minProperties");
      if (falls(object.size(), min)) {
        errors.add(inBody(
            path,
            Integer.toString(object.size()),
            "should have at least " + min.asInt() + " properties"));
      }
      object.properties().forEach(field -> {
        JsonNode effective = StructuralSchema.field(schema, field.getKey());
        if (effective.isObject()) {
          node(field.getValue(), effective, join(path, field.getKey()));
        }
      });
    }
  }

  private static boolean isServerSide(String path, String field) {
    return path.isEmpty() && Set.of("apiVersion", "kind", "metadata").contains(field);
  }

  private static FieldError tooMany(String path, int size, int most) {
    return new FieldError(
        path, "FieldValueTooMany", "Too many: " + size + ": must have at most " + most + " items");
  }

  private static boolean hasType(JsonNode node, JsonNode schema) {
    if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
      return node.isIntegralNumber() || node.isTextual();
    }
    return switch (schema.path("type").asText()) {
      case "string" -> node.isTextual();
      case "integer" -> node.isIntegralNumber() || (node.isNumber() && isWhole(node));
      case "number" -> node.isNumber();
      case "boolean" -> node.isBoolean();
      case "array" -> node.isArray();
      case "object" -> node.isObject();
      default -> true;
    };
  }

  private static boolean isWhole(JsonNode node) {
    return node.decimalValue().stripTrailingZeros().scale() <= 0;
  }

  static String typeOf(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> node.isIntegralNumber() ? "integer" : "number";
      case BOOLEAN -> "boolean";
      case ARRAY -> "array";
      case OBJECT, POJO -> "object";
      case NULL, MISSING, BINARY -> "null";
    };
  }

  /** How errors show a value: strings in quotes, scalars as they are, the rest by its type. */
  private static String shown(JsonNode node) {
    return switch (node.getNodeType()) {
      case STRING -> quote(node.asText());
      case NUMBER, BOOLEAN, NULL -> node.asText();
      case ARRAY, OBJECT, POJO, MISSING, BINARY -> "\"" + typeOf(node) + "\"";
    };
  }

  private static String quote(String text) {
    return com.fasterxml.jackson.databind.node.TextNode.valueOf(text).toString();
  }

  private static String plain(JsonNode number) {
    return number.decimalValue().stripTrailingZeros().toPlainString();
  }

  private static boolean isDateTime(String value) {
    try {
      OffsetDateTime.parse(value);
      return true;
    } catch (DateTimeException e) {
      return false;
    }
  }

  static String join(String path, String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  private static boolean keepsUnknown(JsonNode schema) {
    return schema.path("x-kubernetes-preserve-unknown-fields").asBoolean();
  }

  private static List<String> fieldNames(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  private void compilePatterns(String definition, JsonNode node) {
    JsonNode pattern = node.path("pattern");
    if (pattern.isTextual()) {
      try {
        patterns.put(pattern.asText(), Pattern.compile(pattern.asText()));
      } catch (PatternSyntaxException e) {
        log.warn("{}: the pattern {} is not checked here: {}", definition, pattern, e.getMessage());
      }
    }
    node.forEach(child -> compilePatterns(definition, child));
  }
}
