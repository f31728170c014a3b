package io.tierkeeper.lab.kubeapi.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.runtime.CelEvaluationException;
import io.tierkeeper.lab.kubeapi.model.FieldError;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@code x-kubernetes-validations} of a schema, run where the object has the value they sit on.
 *
 * <p>A rule that speaks of {@code oldSelf} runs on updates only, and only where old and new are both there; items of a
 * list have an old value only when the list is keyed.
 */
final class CelRules {
  private static final Logger log = LoggerFactory.getLogger(CelRules.class);
  private static final Pattern OLD_SELF = Pattern.compile("\\boldSelf\\b");

  private static final Set<String> RESERVED = Set.of(
      ("true false null in as break const continue else for function if import let loop package namespace return"
              + " var void while")
          .split(" "));

  private record Rule(
      CelEnvironment.Compiled.Runnable condition,
      CelEnvironment.Compiled.@Nullable Runnable messageExpression,
      JsonNode source,
      boolean transition) {}

  private final Map<JsonNode, List<Rule>> rules = new IdentityHashMap<>();
  private final JsonNode schema;

  private CelRules(JsonNode schema) {
    this.schema = schema;
  }

  /** The rules of a schema; those that cannot be evaluated here are named in the log, once, now. */
  static CelRules of(String definition, JsonNode schema) {
    CelRules rules = new CelRules(schema);
    rules.compile(definition, schema, "");
    return rules;
  }

  private void compile(String definition, JsonNode node, String path) {
    List<Rule> own = new ArrayList<>();
    for (JsonNode source : node.path("x-kubernetes-validations")) {
      String text = source.path("rule").asText();
      switch (CelEnvironment.compile(text)) {
        case CelEnvironment.Compiled.Runnable condition ->
          own.add(new Rule(
              condition,
              messageExpression(definition, path, source),
              source,
              OLD_SELF.matcher(text).find()));
        case CelEnvironment.Compiled.Refused refused ->
          log.warn(
              "{} at {}: the rule [{}] is NOT CHECKED here: {}",
              definition,
              path,
              text,
              refused.why());
      }
    }
    if (!own.isEmpty()) {
      rules.put(node, own);
    }
    node.path("properties")
        .properties()
        .forEach(property -> compile(
            definition, property.getValue(), SchemaValidation.join(path, property.getKey())));
    if (node.path("items").isObject()) {
      compile(definition, node.path("items"), path + "[]");
    }
    if (node.path("additionalProperties").isObject()) {
      compile(definition, node.path("additionalProperties"), path + "{}");
    }
  }

  private static CelEnvironment.Compiled.@Nullable Runnable messageExpression(
      String definition, String path, JsonNode rule) {
    String text = Json.text(rule, "messageExpression");
    if (text == null) {
      return null;
    }
    return switch (CelEnvironment.compile(text)) {
      case CelEnvironment.Compiled.Runnable runnable -> runnable;
      case CelEnvironment.Compiled.Refused refused -> {
        log.warn(
            "{} at {}: the messageExpression [{}] is not used here: {}",
            definition,
            path,
            text,
            refused.why());
        yield null;
      }
    };
  }

  List<FieldError> validate(ObjectNode object, @Nullable ObjectNode old) {
    List<FieldError> errors = new ArrayList<>();
    visit(object, old, schema, "", errors);
    return errors;
  }

  private void visit(
      JsonNode value,
      @Nullable JsonNode old,
      JsonNode schema,
      String path,
      List<FieldError> errors) {
    if (value.isNull()) {
      return;
    }
    for (Rule rule : rules.getOrDefault(schema, List.of())) {
      check(rule, value, old, schema, path, errors);
    }
    if (value instanceof ObjectNode object) {
      object.properties().forEach(field -> {
        JsonNode effective = StructuralSchema.field(schema, field.getKey());
        if (effective.isObject()) {
          JsonNode before = old == null ? null : old.get(field.getKey());
          String at = SchemaValidation.join(path, field.getKey());
          visit(field.getValue(), before, effective, at, errors);
        }
      });
    } else if (value instanceof ArrayNode array) {
      List<String> keys = StructuralSchema.keys(schema);
      for (int i = 0; i < array.size(); i++) {
        JsonNode before = !keys.isEmpty() && old instanceof ArrayNode known
            ? Json.find(known, array.get(i), keys)
            : null;
        visit(array.get(i), before, schema.path("items"), path + "[" + i + "]", errors);
      }
    }
  }

  private static void check(
      Rule rule,
      JsonNode value,
      @Nullable JsonNode old,
      JsonNode schema,
      String path,
      List<FieldError> errors) {
    boolean optionalOld = rule.source.path("optionalOldSelf").asBoolean();
    if (rule.transition && old == null && !optionalOld) {
      return;
    }
    Map<String, Object> variables = new LinkedHashMap<>();
    variables.put("self", toCel(value, schema));
    if (optionalOld) {
      variables.put("oldSelf", old == null ? Optional.empty() : Optional.of(toCel(old, schema)));
    } else if (old != null) {
      variables.put("oldSelf", toCel(old, schema));
    }
    String type = "\"" + SchemaValidation.typeOf(value) + "\"";
    try {
      if (!Boolean.TRUE.equals(rule.condition.eval(variables))) {
        errors.add(error(rule, variables, path + rule.source.path("fieldPath").asText(""), type));
      }
    } catch (CelEvaluationException e) {
      String shown = Json.text(rule.source, "message");
      String about = shown == null ? rule.source.path("rule").asText() : shown;
      errors.add(
          FieldError.invalid(path, type, reasonOf(e) + " evaluating rule: " + about.strip()));
    }
  }

  private static FieldError error(
      Rule rule, Map<String, Object> variables, String path, String type) {
    String message = message(rule, variables);
    return switch (rule.source.path("reason").asText("FieldValueInvalid")) {
      case "FieldValueForbidden" -> FieldError.forbidden(path, message);
      case "FieldValueRequired" -> FieldError.required(path, message);
      case "FieldValueDuplicate" ->
        new FieldError(path, "FieldValueDuplicate", "Duplicate value: " + type + ": " + message);
      default -> FieldError.invalid(path, type, message);
    };
  }

  private static String message(Rule rule, Map<String, Object> variables) {
    if (rule.messageExpression != null) {
      try {
        if (rule.messageExpression.eval(variables) instanceof String text && !text.isBlank()) {
          return text.strip();
        }
      } catch (CelEvaluationException e) {
        log.debug(
            "messageExpression of [{}] failed, as the API server the plain message is used",
            rule.source,
            e);
      }
    }
    String message = Json.text(rule.source, "message");
    return message == null
        ? "failed rule: " + rule.source.path("rule").asText().strip()
        : message.strip();
  }

  private static String reasonOf(CelEvaluationException e) {
    String message = String.valueOf(e.getMessage());
    int at = message.indexOf("evaluation error");
    int colon = at < 0 ? -1 : message.indexOf(':', at);
    return colon < 0 ? message : message.substring(colon + 1).strip();
  }

  /** JSON as CEL sees it; a property whose name CEL reserves gets the escape that Kubernetes prescribes. */
  private static Object toCel(JsonNode value, JsonNode schema) {
    return switch (value.getNodeType()) {
      case STRING -> value.asText();
      case BOOLEAN -> value.asBoolean();
      case NUMBER ->
        value.isIntegralNumber() && !schema.path("type").asText().equals("number")
            ? (Object) value.asLong()
            : (Object) value.asDouble();
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        value.forEach(item -> list.add(toCel(item, schema.path("items"))));
        yield list;
      }
      case OBJECT, POJO -> {
        Map<String, Object> map = new LinkedHashMap<>();
        value.properties().forEach(field -> {
          JsonNode own = schema.path("properties").path(field.getKey());
          boolean declared = !own.isMissingNode();
          if (!field.getValue().isNull()) {
            map.put(
                declared ? escape(field.getKey()) : field.getKey(),
                toCel(field.getValue(), declared ? own : schema.path("additionalProperties")));
          }
        });
        yield map;
      }
      case NULL, MISSING, BINARY -> Map.of();
    };
  }

  /** The name of a property as rules write it: reserved words and characters that CEL does not take are escaped. */
  private static String escape(String name) {
    return RESERVED.contains(name)
        ? "__" + name + "__"
        : name.replace("__", "__underscores__")
            .replace(".", "__dot__")
            .replace("-", "__dash__")
            .replace("/", "__slash__");
  }
}
