package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The page with every type of audit line and its fields, as the schemas have them. */
final class LineTypesPage {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String FOLDER = "/io/tierkeeper/audit/schema/";

  /** How schemas refer to what they share. */
  private static final String COMMON = "urn:tierkeeper:audit:common-v1#";

  /** Objects that every type may have; their fields are listed once. */
  private static final List<String> SHARED = List.of("actor", "object", "policy");

  private final StringBuilder page = new StringBuilder();
  private final List<String> undescribed = new ArrayList<>();
  private final JsonNode common;

  private LineTypesPage(JsonNode common) {
    this.common = common;
  }

  /** In Markdown. */
  static String page() throws IOException {
    return written().page.toString();
  }

  /** Fields for which the schemas have no description. */
  static List<String> undescribed() throws IOException {
    return written().undescribed;
  }

  private static LineTypesPage written() throws IOException {
    LineTypesPage page = new LineTypesPage(schema(FOLDER + "common-v1.json"));
    page.write();
    return page;
  }

  private void write() throws IOException {
    page.append("""
        # Types of audit lines

        <!-- Written by LineTypesPageTest from the schemas; its remedy is the command that writes it again. -->

        Every line of an [audit trail](audit.md) is a CloudEvents event; `type` decides which fields `data` has. A field in **bold** is always
        there. The schemas are in `audit/src/main/resources/io/tierkeeper/audit/schema/`. Later versions may add fields; ignore unknown fields.

        | type | title |
        |---|---|
        """);
    for (AuditType type : AuditType.values()) {
      page.append("| [`%s`](#%s) | %s |%n"
          .formatted(
              type.eventType(),
              name(type),
              cell(schema(type.schemaResource()).path("title").asText())));
    }
    page.append("\n## The line\n\n");
    fields("line", schema(FOLDER + "event-v1.json"));
    page.append("\n## Shared objects\n\nSeveral types have these in `data`.\n");
    for (String shared : SHARED) {
      JsonNode definition = common.path("$defs").path(shared);
      page.append("\n### data.%s\n\n%s\n\n"
          .formatted(shared, sentence(definition.path("description").asText())));
      fields(shared, definition);
    }
    for (AuditType type : AuditType.values()) {
      JsonNode schema = schema(type.schemaResource());
      page.append("\n## %s\n\n`%s`: %s\n\n"
          .formatted(name(type), type.eventType(), sentence(schema.path("title").asText())));
      fields(name(type), schema);
    }
  }

  private void fields(String where, JsonNode schema) {
    page.append("| field | type | meaning |\n|---|---|---|\n");
    rows(where, "", schema, true);
  }

  private void rows(String where, String path, JsonNode schema, boolean always) {
    List<String> required = StreamSupport.stream(schema.path("required").spliterator(), false)
        .map(JsonNode::asText)
        .toList();
    for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
      String name = path + property.getKey();
      JsonNode own = property.getValue();
      JsonNode field = resolved(own);
      String meaning = own.path("description").asText(field.path("description").asText());
      if (meaning.isEmpty()) {
        undescribed.add(where + ": " + name);
      }
      boolean is = always && required.contains(property.getKey());
      page.append("| %s | %s | %s%s |%n"
          .formatted(
              is ? "**`" + name + "`**" : "`" + name + "`",
              type(field),
              sentence(meaning),
              allowed(field)));
      // The fields of shared objects are listed once.
      if (!own.has("$ref")) {
        rows(where, name + ".", field, is);
        rows(where, name + "[].", resolved(field.path("items")), is);
      }
    }
  }

  private JsonNode resolved(JsonNode schema) {
    String reference = schema.path("$ref").asText("");
    return reference.startsWith(COMMON) ? common.at(reference.substring(COMMON.length())) : schema;
  }

  private String type(JsonNode field) {
    JsonNode type = field.path("type");
    if (type.asText().equals("array")) {
      return "list of " + type(resolved(field.path("items")));
    }
    if (type.isArray()) {
      return StreamSupport.stream(type.spliterator(), false)
          .map(JsonNode::asText)
          .collect(Collectors.joining(" or "));
    }
    JsonNode constant = field.path("const");
    return type.isMissingNode()
        ? field.has("enum") || constant.isTextual()
            ? "string"
            : constant.isBoolean() ? "boolean" : "any"
        : type.asText();
  }

  private static String allowed(JsonNode field) {
    if (field.has("enum")) {
      return " Values: "
          + StreamSupport.stream(field.path("enum").spliterator(), false)
              .map(value -> "`" + value.asText() + "`")
              .collect(Collectors.joining(", "))
          + ".";
    }
    if (field.has("const")) {
      return " Always `" + field.path("const").asText() + "`.";
    }
    if (field.has("minimum") && field.has("maximum")) {
      return " " + field.path("minimum").asText() + " to "
          + field.path("maximum").asText() + ".";
    }
    return "";
  }

  private static JsonNode schema(String resource) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(AuditType.class.getResourceAsStream(resource), resource)) {
      return MAPPER.readTree(in);
    }
  }

  private static String name(AuditType type) {
    return type.eventType().replaceFirst("^io\\.tierkeeper\\.", "").replaceFirst("\\.v1$", "");
  }

  private static String sentence(String text) {
    if (text.isEmpty()) {
      return "";
    }
    String whole = Character.toUpperCase(text.charAt(0)) + text.substring(1);
    return cell(whole.endsWith(".") ? whole : whole + ".");
  }

  /** As it may stand in a cell of a table. */
  private static String cell(String text) {
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
  }
}
