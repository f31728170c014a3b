package io.tierkeeper.lab.kubeapi.resource;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which groups, versions and resources there are, for kubectl and other clients that discover before they act. */
public final class Discovery {
  private static final List<String> VERBS =
      List.of("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch");

  private final ResourceTypes types;

  public Discovery(ResourceTypes types) {
    this.types = types;
  }

  /** The answer to a discovery path, or null when the path is none. */
  @Nullable
  public ObjectNode answer(String path) {
    String[] parts = path.replaceAll("^/+|/+$", "").split("/", -1);
    return switch (parts[0]) {
      case "" -> rootPaths();
      case "version" -> parts.length == 1 ? version() : null;
      case "api" ->
        switch (parts.length) {
          case 1 -> coreVersions();
          case 2 -> resources("", parts[1]);
          default -> null;
        };
      case "apis" ->
        switch (parts.length) {
          case 1 -> groups();
          case 2 -> group(parts[1]);
          case 3 -> resources(parts[1], parts[2]);
          default -> null;
        };
      case "openapi" -> parts.length > 1 && parts[1].equals("v3") ? openApi(parts) : null;
      default -> null;
    };
  }

  private static ObjectNode rootPaths() {
    ObjectNode root = Json.object();
    root.set("paths", Json.array(List.of("/api", "/apis", "/healthz", "/openapi/v3", "/version")));
    return root;
  }

  private static ObjectNode version() {
    return Json.object()
        .put("major", "1")
        .put("minor", "33")
        .put("gitVersion", "v1.33.0-tierkeeper-embedded")
        .put("gitCommit", "embedded")
        .put("gitTreeState", "clean")
        .put("buildDate", "1970-01-01T00:00:00Z")
        .put("goVersion", "none")
        .put("compiler", "javac")
        .put("platform", "jvm");
  }

  private static ObjectNode coreVersions() {
    ObjectNode versions = Json.object().put("kind", "APIVersions");
    versions.putArray("versions").add("v1");
    versions.putArray("serverAddressByClientCIDRs");
    return versions;
  }

  private ObjectNode groups() {
    ObjectNode list = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
    ArrayNode groups = list.putArray("groups");
    versionsByGroup().forEach((group, versions) -> groups.add(describe(group, versions)));
    return list;
  }

  private ObjectNode group(String name) {
    TreeSet<String> versions = versionsByGroup().get(name);
    if (versions == null) {
      throw ApiError.noSuchPath();
    }
    return describe(name, versions).put("kind", "APIGroup").put("apiVersion", "v1");
  }

  private Map<String, TreeSet<String>> versionsByGroup() {
    Map<String, TreeSet<String>> versions = new TreeMap<>();
    types.all().stream()
        .filter(type -> !type.group().isEmpty())
        .forEach(type ->
            versions.computeIfAbsent(type.group(), g -> new TreeSet<>()).add(type.version()));
    Reviews.GROUPS.forEach(group -> versions.put(group, new TreeSet<>(List.of("v1"))));
    return versions;
  }

  private static ObjectNode describe(String group, TreeSet<String> versions) {
    ObjectNode described = Json.object().put("name", group);
    ArrayNode array = described.putArray("versions");
    versions.forEach(version ->
        array.addObject().put("groupVersion", group + "/" + version).put("version", version));
    described.set("preferredVersion", array.get(0));
    return described;
  }

  private ObjectNode resources(String group, String version) {
    ObjectNode list = Json.object()
        .put("kind", "APIResourceList")
        .put("apiVersion", "v1")
        .put("groupVersion", group.isEmpty() ? version : group + "/" + version);
    ArrayNode resources = list.putArray("resources");
    types.all().stream()
        .filter(type -> type.group().equals(group) && type.version().equals(version))
        .forEach(type -> {
          ObjectNode entry = entry(resources, type.plural(), type, VERBS);
          type.shortNames().forEach(name -> entry.withArray("shortNames").add(name));
          type.categories().forEach(name -> entry.withArray("categories").add(name));
          if (type.statusSubresource()) {
            entry(resources, type.plural() + "/status", type, List.of("get", "patch", "update"));
          }
        });
    if (version.equals("v1")) {
      Reviews.kinds(group).forEach(kind -> review(resources, kind));
    }
    if (resources.isEmpty()) {
      throw ApiError.noSuchPath();
    }
    return list;
  }

  private static void review(ArrayNode resources, String kind) {
    resources
        .addObject()
        .put("name", Reviews.plural(kind))
        .put("singularName", kind.toLowerCase(Locale.ROOT))
        .put("namespaced", kind.startsWith("Local"))
        .put("kind", kind)
        .putArray("verbs")
        .add("create");
  }

  private static ObjectNode entry(
      ArrayNode resources, String name, ResourceType type, List<String> verbs) {
    ObjectNode entry = resources
        .addObject()
        .put("name", name)
        .put("singularName", name.contains("/") ? "" : type.singular())
        .put("namespaced", type.namespaced())
        .put("kind", type.kind());
    entry.set("verbs", Json.array(verbs));
    return entry;
  }

  /** Enough for kubectl to learn that the server validates fields itself, and for {@code kubectl explain} of CRDs. */
  private @Nullable ObjectNode openApi(String[] parts) {
    if (parts.length == 2) {
      ObjectNode paths = Json.object();
      ObjectNode entries = paths.putObject("paths");
      types.all().stream()
          .map(Discovery::root)
          .distinct()
          .forEach(root -> entries
              .putObject(root)
              .put("serverRelativeURL", "/openapi/v3/" + root + "?hash=embedded"));
      return paths;
    }
    String root = String.join("/", List.of(parts).subList(2, parts.length));
    ObjectNode document = Json.object().put("openapi", "3.0.0");
    document
        .putObject("info")
        .put("title", "Tierkeeper embedded Kubernetes API")
        .put("version", "v1.33.0");
    ObjectNode paths = document.putObject("paths");
    ObjectNode schemas = document.putObject("components").putObject("schemas");
    types.all().stream()
        .filter(type -> root(type).equals(root))
        .forEach(type -> describe(type, paths, schemas));
    return paths.isEmpty() ? null : document;
  }

  private static void describe(ResourceType type, ObjectNode paths, ObjectNode schemas) {
    String within = type.namespaced() ? "/namespaces/{namespace}/" : "/";
    ObjectNode path = paths.putObject("/" + root(type) + within + type.plural() + "/{name}");
    for (String method : List.of("get", "patch")) {
      ObjectNode operation = path.putObject(method);
      gvk(operation.putObject("x-kubernetes-group-version-kind"), type);
      if (method.equals("patch")) {
        ArrayNode parameters = operation.putArray("parameters");
        for (String name : List.of("dryRun", "fieldManager", "fieldValidation", "force")) {
          parameters.addObject().put("name", name).put("in", "query");
        }
      }
    }
    ResourceType.Custom custom = type.custom();
    ObjectNode schema =
        custom == null ? Json.object().put("type", "object") : custom.schema().deepCopy();
    gvk(schema.putArray("x-kubernetes-group-version-kind").addObject(), type);
    schemas.set(type.group() + "." + type.version() + "." + type.kind(), schema);
  }

  private static void gvk(ObjectNode into, ResourceType type) {
    into.put("group", type.group()).put("version", type.version()).put("kind", type.kind());
  }

  private static String root(ResourceType type) {
    return type.group().isEmpty() ? "api/" + type.version() : "apis/" + type.apiVersion();
  }
}
