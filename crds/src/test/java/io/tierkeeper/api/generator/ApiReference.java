package io.tierkeeper.api.generator;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page with every field of the four kinds, as the CRDs have them. */
final class ApiReference {

  private static final Path CONDITION_TYPES =
      Path.of("src/main/java/io/tierkeeper/api/v1alpha1/ConditionTypes.java");

  /** Its Javadoc and its value. */
  private static final Pattern CONSTANT = Pattern.compile(
      "/\\*\\*\\s+((?:(?!\\*/).)+?)\\s+\\*/\\s+public static final String \\w+ =\\s+\"(\\w+)\";",
      Pattern.DOTALL);

  private final StringBuilder page = new StringBuilder();

  private ApiReference() {}

  /** In Markdown. */
  static String page() throws IOException {
    ApiReference reference = new ApiReference();
    reference.head();
    Crds.all().forEach(reference::kind);
    reference.conditions();
    return reference.page.toString();
  }

  private void head() {
    page.append("""
        # API reference

        <!-- Written by ApiReferenceTest from the CRDs; see its remedy for how to write it again. -->

        Every field of the four kinds of `tierkeeper.io/v1alpha1`. `kubectl explain tierpolicy.spec.promote` prints the same in a terminal. A
        field in **bold** is required. What the API server rejects besides is listed as rules below each kind, with the message that
        `kubectl apply` prints.

        """);
    page.append("| kind | short name | what it is |\n|---|---|---|\n");
    for (CustomResourceDefinition crd : Crds.all()) {
      var names = crd.getSpec().getNames();
      page.append("| [%s](#%s) | `%s` | %s |%n"
          .formatted(
              names.getKind(),
              names.getKind().toLowerCase(Locale.ROOT),
              String.join(", ", names.getShortNames()),
              cell(schema(crd).getDescription())));
    }
  }

  private void kind(CustomResourceDefinition crd) {
    page.append("%n## %s%n%n".formatted(crd.getSpec().getNames().getKind()));
    JSONSchemaProps schema = schema(crd);
    page.append(schema.getDescription()).append("\n");
    for (String part : List.of("spec", "status")) {
      JSONSchemaProps fields = Objects.requireNonNull(schema.getProperties().get(part));
      page.append("%n### %s %s%n%n".formatted(crd.getSpec().getNames().getKind(), part));
      page.append("| field | type | meaning |\n|---|---|---|\n");
      rows("", fields);
    }
    page.append(
        "%n### %s columns and rules%n%n".formatted(crd.getSpec().getNames().getKind()));
    page.append("Columns of `kubectl get`: ")
        .append(crd.getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
            .map(CustomResourceColumnDefinition::getName)
            .map("`%s`"::formatted)
            .collect(Collectors.joining(", ")))
        .append(".\n");
    List<String> rules = new ArrayList<>();
    rules("", schema, rules);
    if (!rules.isEmpty()) {
      page.append("\nRejected at apply:\n\n");
      rules.forEach(rule -> page.append("- ").append(rule).append("\n"));
    }
  }

  private void conditions() throws IOException {
    page.append("""

        ## Condition types

        Types in `status.conditions`. True is the healthy state unless the meaning says otherwise. [Reasons](reasons.md) lists the reasons of each.

        | type | meaning |
        |---|---|
        """);
    Map<String, String> types = conditionTypes();
    types.forEach((type, meaning) -> page.append("| `%s` | %s |%n".formatted(type, cell(meaning))));
  }

  /** The types with their Javadoc, which only the source has. */
  static Map<String, String> conditionTypes() throws IOException {
    Map<String, String> types = new LinkedHashMap<>();
    Matcher matcher = CONSTANT.matcher(Files.readString(CONDITION_TYPES));
    while (matcher.find()) {
      types.put(matcher.group(2), matcher.group(1).replaceAll("\\s*\\n\\s*\\*\\s*", " "));
    }
    return types;
  }

  private void rows(String path, JSONSchemaProps schema) {
    if (schema.getProperties() == null) {
      return;
    }
    List<String> required = schema.getRequired() == null ? List.of() : schema.getRequired();
    for (Map.Entry<String, JSONSchemaProps> property : schema.getProperties().entrySet()) {
      JSONSchemaProps field = property.getValue();
      String name = path + property.getKey();
      page.append("| %s | %s | %s%s%s |%n"
          .formatted(
              required.contains(property.getKey()) ? "**`" + name + "`**" : "`" + name + "`",
              type(field),
              cell(field.getDescription()),
              sentence("Default", defaultOf(field)),
              sentence("Allowed", allowed(field))));
      JSONSchemaProps items = items(field);
      rows(name + (items == null ? "." : "[]."), items == null ? field : items);
    }
  }

  private static String type(JSONSchemaProps field) {
    JSONSchemaProps items = items(field);
    if (items != null) {
      return "list of " + type(items);
    }
    if (field.getAdditionalProperties() != null) {
      return "map";
    }
    return field.getType() == null ? "any" : field.getType();
  }

  /** That of an object is made of those of its fields, which have rows of their own. */
  private static String defaultOf(JSONSchemaProps field) {
    return field.getDefault() == null || field.getDefault().isObject()
        ? ""
        : "`" + cell(field.getDefault().toString()) + "`";
  }

  private static String sentence(String what, String value) {
    return value.isEmpty() ? "" : " " + what + ": " + value + ".";
  }

  private static String allowed(JSONSchemaProps field) {
    List<String> parts = new ArrayList<>();
    if (field.getEnum() != null && !field.getEnum().isEmpty()) {
      parts.add(field.getEnum().stream()
          .map(value -> "`" + value.asText() + "`")
          .collect(Collectors.joining(", ")));
    }
    if (field.getMinimum() != null || field.getMaximum() != null) {
      parts.add(range(number(field.getMinimum()), number(field.getMaximum())));
    }
    Optional<String> words = Optional.ofNullable(field.getPattern()).flatMap(FormatWords::allowed);
    if (field.getMaxLength() != null && words.isEmpty()) {
      parts.add("at most %d characters".formatted(field.getMaxLength()));
    }
    if (field.getMinItems() != null || field.getMaxItems() != null) {
      parts.add(range(text(field.getMinItems()), text(field.getMaxItems())) + " items");
    }
    if (field.getPattern() != null) {
      parts.add(words.map(ApiReference::cell).orElse("`" + cell(field.getPattern()) + "`"));
    }
    return String.join("; ", parts);
  }

  private static String range(@Nullable String least, @Nullable String most) {
    return least == null
        ? "at most " + most
        : most == null ? "at least " + least : least + " to " + most;
  }

  private static @Nullable String number(@Nullable Double value) {
    return value == null
        ? null
        : value == Math.rint(value) ? Long.toString(value.longValue()) : value.toString();
  }

  private static @Nullable String text(@Nullable Long value) {
    return value == null ? null : value.toString();
  }

  private static void rules(String path, JSONSchemaProps schema, List<String> found) {
    List<ValidationRule> own = schema.getXKubernetesValidations();
    if (own != null) {
      new TreeSet<>(own.stream()
              .map(ValidationRule::getMessage)
              .filter(message -> !FormatWords.isOfPattern(message))
              .toList())
          .forEach(message ->
              found.add("%s%s".formatted(path.isEmpty() ? "" : "`" + path + "`: ", cell(message))));
    }
    if (schema.getProperties() != null) {
      schema
          .getProperties()
          .forEach((name, field) -> rules(path.isEmpty() ? name : path + "." + name, field, found));
    }
    JSONSchemaProps items = items(schema);
    if (items != null) {
      rules(path + "[]", items, found);
    }
  }

  private static @Nullable JSONSchemaProps items(JSONSchemaProps field) {
    return field.getItems() == null ? null : field.getItems().getSchema();
  }

  private static JSONSchemaProps schema(CustomResourceDefinition crd) {
    return crd.getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
  }

  /** As it may stand in a cell of a table. */
  private static String cell(@Nullable String text) {
    return text == null ? "" : text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ");
  }
}
