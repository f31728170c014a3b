package io.tierkeeper.lab.kubeapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One kind of object that the API serves, built in or from a CustomResourceDefinition.
 *
 * @param group the API group, empty for the core group
 * @param version the served version
 * @param plural the name in paths
 * @param singular the lower-case name for one
 * @param kind the name in objects
 * @param namespaced whether objects live in namespaces
 * @param shortNames what kubectl takes instead of the plural
 * @param categories the groupings of which it is a member, such as {@code all}
 * @param statusSubresource whether writes to status and to the rest are separate
 * @param countsGenerations whether metadata.generation is kept
 * @param columns the printer columns after NAME
 * @param custom what only custom resources have, or null for a built-in kind
 */
record ResourceType(
    String group,
    String version,
    String plural,
    String singular,
    String kind,
    boolean namespaced,
    List<String> shortNames,
    List<String> categories,
    boolean statusSubresource,
    boolean countsGenerations,
    List<Column> columns,
    @Nullable Custom custom) {
  private static final Set<String> IN_ALL = Set.of(
      "Pod", "Service", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job", "CronJob");

  /**
   * A column that {@code kubectl get} shows.
   *
   * @param name the heading
   * @param type string, integer, number, boolean or date
   * @param priority 0 for always, more for {@code -o wide}
   * @param path the simple JSONPath, starting with a dot
   */
  record Column(String name, String type, int priority, String path) {}

  /**
   * The schema of a custom resource with all that follows from it.
   *
   * @param schema the openAPIV3Schema
   * @param validation the check of objects against it
   */
  record Custom(ObjectNode schema, SchemaValidation validation) {}

  static ResourceType builtIn(
      String group,
      String version,
      String plural,
      String kind,
      boolean namespaced,
      String shortNames) {
    boolean workload = List.of(
            "apps", "batch", "apiextensions.k8s.io", "admissionregistration.k8s.io")
        .contains(group);
    return new ResourceType(
        group,
        version,
        plural,
        kind.toLowerCase(Locale.ROOT),
        kind,
        namespaced,
        shortNames.isEmpty() ? List.of() : List.of(shortNames.split(" ")),
        IN_ALL.contains(kind) ? List.of("all") : List.of(),
        workload || List.of("Pod", "Service", "Namespace", "Node").contains(kind),
        workload,
        TableAnswer.builtInColumns(kind),
        null);
  }

  /** The types that a CustomResourceDefinition defines, one for each served version. */
  static List<ResourceType> of(JsonNode crd) {
    List<ResourceType> types = new ArrayList<>();
    JsonNode spec = crd.path("spec");
    JsonNode names = spec.path("names");
    String kind = names.path("kind").asText();
    for (JsonNode version : spec.path("versions")) {
      if (version.path("served").asBoolean(true)) {
        ObjectNode schema = version.at("/schema/openAPIV3Schema") instanceof ObjectNode present
            ? present
            : Json.object();
        boolean status = version.at("/subresources/status").isObject();
        String plural = names.path("plural").asText();
        types.add(new ResourceType(
            spec.path("group").asText(),
            version.path("name").asText(),
            plural,
            names.path("singular").asText(kind.toLowerCase(Locale.ROOT)),
            kind,
            spec.path("scope").asText().equals("Namespaced"),
            Json.texts(names.path("shortNames")),
            Json.texts(names.path("categories")),
            status,
            true,
            TableAnswer.customColumns(version.path("additionalPrinterColumns")),
            new Custom(
                schema, SchemaValidation.of(plural + "." + spec.path("group").asText(), schema))));
      }
    }
    return types;
  }

  String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The name in messages: {@code tierpolicies.tierkeeper.io}, or {@code pods} for the core group. */
  String qualifiedPlural() {
    return group.isEmpty() ? plural : plural + "." + group;
  }

  /** The group under which objects are kept: both event APIs show the same objects. */
  String storageGroup() {
    return group.equals("events.k8s.io") ? "" : group;
  }
}
