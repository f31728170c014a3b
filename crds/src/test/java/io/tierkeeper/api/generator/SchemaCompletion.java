package io.tierkeeper.api.generator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.tierkeeper.api.v1alpha1.Formats;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What annotations cannot say: required spec, list maps, formats, words for patterns, defaults of objects, columns. */
final class SchemaCompletion {
  private static final Map<String, String> DESCRIPTIONS = Map.of(
      "TierPolicy",
      "The rules by which tenants are measured, evaluated and moved.",
      "TieredCollection",
      "One Qdrant collection whose tenants are kept in tiers.",
      "TenantTier",
      "One tenant of a tiered collection: its desired tier, its present tier, and the reason.",
      "TierMove",
      "One move of one tenant: its plan, its approval and its journal. Written by the operator.");
  /** Lists whose items are distinguished by a field; two with the same value of it are refused. */
  private static final Map<String, String> KEYED_LISTS = Map.of(
      "penaltyTerms",
      "name",
      "classes",
      "name",
      "sparseVectors",
      "name",
      "payloadIndexes",
      "field");

  private static final Map<String, String> CONDITION_FIELDS = Map.of(
      "type",
      "Type of the condition.",
      "status",
      "True, False or Unknown.",
      "observedGeneration",
      "Generation of the spec that the condition describes.",
      "lastTransitionTime",
      "Time of the last change of status.",
      "reason",
      "Reason as a PascalCase word.",
      "message",
      "Explanation, and the next action.");

  private SchemaCompletion() {}

  static CustomResourceDefinition complete(CustomResourceDefinition crd) {
    String kind = crd.getSpec().getNames().getKind();
    for (var version : crd.getSpec().getVersions()) {
      JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
      root.setDescription(DESCRIPTIONS.get(kind));
      root.setRequired(List.of("spec"));
      describe(root, "spec", "Desired state.");
      describe(root, "status", "Observed state.");
      if (kind.equals("TenantTier")) {
        // An omitted field of an override means the policy's value, so no default may fill it.
        JSONSchemaProps spec = property(root, "spec");
        withoutDefaults(property(spec, "promote"));
        withoutDefaults(property(spec, "demote"));
      }
      root.getProperties().forEach((name, schema) -> walk(kind, name, name, schema));
      if (kind.equals("TierPolicy")) {
        // Stored policies without snapshots stay as they are.
        property(property(root, "spec"), "snapshots").setDefault(null);
      }
      version.setAdditionalPrinterColumns(Columns.of(kind));
    }
    return crd;
  }

  private static void walk(String path, String name, String label, JSONSchemaProps schema) {
    String here = path + "." + name;
    if (schema.getDescription() == null || !schema.getDescription().endsWith(".")) {
      throw new IllegalStateException(
          here + " needs a description that is a sentence, not: " + schema.getDescription());
    }
    String key = KEYED_LISTS.get(name);
    if (key != null) {
      schema.setXKubernetesListType("map");
      schema.setXKubernetesListMapKeys(List.of(key));
    }
    if (name.equals("conditions")) {
      completeConditions(schema);
    }
    completeValue(label, schema);
    schema
        .getProperties()
        .forEach((child, value) ->
            walk(here, child, child.equals("name") ? name + ".name" : child, value));
    JSONSchemaProps items = schema.getItems() == null ? null : schema.getItems().getSchema();
    if (items != null) {
      completeValue(label, items);
      items.getProperties().forEach((child, value) -> walk(here + "[]", child, child, value));
      if (!items.getEnum().isEmpty()) {
        schema.setXKubernetesListType("set");
      }
    }
    boolean root = path.indexOf('.') < 0;
    if (!root) { // a default spec would accept an object without one
      defaultObject(schema);
    }
  }

  private static void completeValue(String label, JSONSchemaProps schema) {
    if ("integer".equals(schema.getType())) {
      schema.setFormat("int64");
    }
    if (Formats.TIME.equals(schema.getPattern())) {
      schema.setPattern(null);
      schema.setFormat("date-time");
    }
    var rules = new LinkedHashSet<ValidationRule>(schema.getXKubernetesValidations());
    if (schema.getPattern() != null) {
      FormatWords.rule(schema.getPattern(), label).ifPresent(rules::add);
    }
    schema.setXKubernetesValidations(new ArrayList<>(rules));
  }

  /**
   * An object whose fields all have a meaning when omitted exists with them, so that rules and readers can count on it.
   * The default is spelled out: the server checks it against the rules before nested defaults are filled in.
   */
  private static void defaultObject(JSONSchemaProps schema) {
    ObjectNode whole = JsonNodeFactory.instance.objectNode();
    schema.getProperties().forEach((name, property) -> {
      if (property.getDefault() != null) {
        whole.set(name, property.getDefault());
      }
    });
    if (schema.getDefault() == null && !whole.isEmpty() && schema.getRequired().isEmpty()) {
      schema.setDefault(whole);
    }
  }

  private static void completeConditions(JSONSchemaProps conditions) {
    conditions.setXKubernetesListType("map");
    conditions.setXKubernetesListMapKeys(List.of("type"));
    JSONSchemaProps item = conditions.getItems().getSchema();
    item.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
    CONDITION_FIELDS.forEach((field, words) -> property(item, field).setDescription(words));
    property(item, "lastTransitionTime").setFormat("date-time");
    property(item, "status").setEnum(List.of(text("True"), text("False"), text("Unknown")));
    property(item, "type").setMaxLength(316L);
    property(item, "reason").setMaxLength(1024L);
    property(item, "reason").setMinLength(1L);
    property(item, "message").setMaxLength(32768L);
  }

  private static JsonNode text(String value) {
    return JsonNodeFactory.instance.textNode(value);
  }

  private static void withoutDefaults(JSONSchemaProps schema) {
    schema.getProperties().values().forEach(field -> field.setDefault(null));
  }

  private static void describe(JSONSchemaProps parent, String name, String words) {
    property(parent, name).setDescription(words);
  }

  private static JSONSchemaProps property(JSONSchemaProps parent, String name) {
    @Nullable JSONSchemaProps property = parent.getProperties().get(name);
    if (property == null) {
      throw new IllegalStateException("the schema has no property " + name);
    }
    return property;
  }
}
