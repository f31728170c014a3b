package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.model.Kind;
import io.tierkeeper.lab.kubeapi.schema.SchemaValidation;
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
public record ResourceType(
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
    @Nullable Custom custom)
    implements Kind {
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
  public record Custom(ObjectNode schema, SchemaValidation validation) {}

  /** A built-in kind, with the names that the client's model has for it. */
  static ResourceType builtIn(Class<? extends HasMetadata> model, String... shortNames) {
    String group = HasMetadata.getGroup(model);
    String kind = HasMetadata.getKind(model);
    boolean workload = List.of(
            "apps", "batch", "apiextensions.k8s.io", "admissionregistration.k8s.io")
        .contains(group);
    return new ResourceType(
        group,
        HasMetadata.getVersion(model),
        HasMetadata.getPlural(model),
        kind.toLowerCase(Locale.ROOT),
        kind,
        Namespaced.class.isAssignableFrom(model),
        List.of(shortNames),
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

  public String apiVersion() {
    return group.isEmpty() ? version : group + "/" + version;
  }

  /** The group under which objects are kept: both event APIs show the same objects. */
  public String storageGroup() {
    return group.equals("events.k8s.io") ? "" : group;
  }
}
