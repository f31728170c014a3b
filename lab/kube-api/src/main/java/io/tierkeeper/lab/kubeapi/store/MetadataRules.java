package io.tierkeeper.lab.kubeapi.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.FieldError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import io.tierkeeper.lab.kubeapi.resource.ResourceTypes;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What must hold for the metadata of every object: kind, name, namespace, identity, finalizers. */
final class MetadataRules {
  private static final Pattern SUBDOMAIN =
      Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
  private final ObjectStore store;
  private final Supplier<String> ids;

  MetadataRules(ObjectStore store, Supplier<String> ids) {
    this.store = store;
    this.ids = ids;
  }

  static void checkKind(ResourceType type, ObjectNode object) {
    String apiVersion = object.path("apiVersion").asText(type.apiVersion());
    String kind = object.path("kind").asText(type.kind());
    if (!apiVersion.equals(type.apiVersion()) || !kind.equals(type.kind())) {
      throw ApiError.badRequest(
          "the API version in the data (%s %s) does not match the expected API version (%s %s)"
              .formatted(apiVersion, kind, type.apiVersion(), type.kind()));
    }
    object.put("apiVersion", type.apiVersion()).put("kind", type.kind());
  }

  String nameOf(ResourceType type, ObjectNode metadata) {
    String name = Json.text(metadata, "name");
    String prefix = Json.text(metadata, "generateName");
    if (name == null && prefix != null) {
      name = prefix + ids.get().replace("-", "").substring(0, 5).toLowerCase(Locale.ROOT);
      metadata.put("name", name);
    }
    if (name == null) {
      throw ApiError.invalid(
          type,
          "",
          List.of(FieldError.required("metadata.name", "name or generateName is required")));
    }
    boolean anyCharacters = type.group().equals("rbac.authorization.k8s.io");
    if (!anyCharacters && (!SUBDOMAIN.matcher(name).matches() || name.length() > 253)) {
      throw ApiError.invalid(
          type,
          name,
          List.of(
              FieldError.invalid(
                  "metadata.name",
                  "\"" + name + "\"",
                  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.',"
                      + " and must start and end with an alphanumeric character (e.g. 'example.com', regex used"
                      + " for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')")));
    }
    return name;
  }

  void checkNamespace(ResourceType type, @Nullable String namespace, ObjectNode metadata) {
    if (!type.namespaced()) {
      metadata.remove("namespace");
      return;
    }
    if (namespace == null) {
      throw ApiError.noSuchPath();
    }
    String own = Json.text(metadata, "namespace");
    if (own != null && !own.equals(namespace)) {
      throw ApiError.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    metadata.put("namespace", namespace);
    ObjectNode around = store.get(ObjectKey.of(ResourceTypes.NAMESPACES, null, namespace));
    if (around == null) {
      throw ApiError.notFound(ResourceTypes.NAMESPACES, namespace);
    }
    if (Deletion.isTerminating(around)) {
      throw new ApiError(
          403,
          "Forbidden",
          "%s is forbidden: unable to create new content in namespace %s because it is being terminated"
              .formatted(type.qualifiedPlural(), namespace));
    }
  }

  static void checkPreconditions(WriteTarget target, ObjectNode live, ObjectNode candidate) {
    String version = Json.text(candidate.path("metadata"), "resourceVersion");
    if (version != null && !version.equals(live.at("/metadata/resourceVersion").asText())) {
      throw ApiError.modified(target.type(), target.name());
    }
    checkPrecondition(target, live, candidate.path("metadata"), "uid", "UID");
  }

  /** Rejects a write that names another value of a metadata field than the object has. */
  static void checkPrecondition(
      WriteTarget target, ObjectNode live, JsonNode wanted, String field, String shown) {
    String value = Json.text(wanted, field);
    String present = live.path("metadata").path(field).asText();
    if (value != null && !value.equals(present)) {
      throw ApiError.conflict(
          target.type(),
          target.name(),
          "Precondition failed: %1$s in precondition: %2$s, %1$s in object meta: %3$s"
              .formatted(shown, value, present));
    }
  }

  /** An object that is being deleted gets no new finalizers. */
  static void checkFinalizers(WriteTarget target, ObjectNode live, ObjectNode next) {
    if (Deletion.isTerminating(live)) {
      List<String> known = Json.texts(live.at("/metadata/finalizers"));
      List<String> added = Json.texts(next.at("/metadata/finalizers")).stream()
          .filter(f -> !known.contains(f))
          .toList();
      if (!added.isEmpty()) {
        throw ApiError.invalid(
            target.type(),
            target.name(),
            List.of(FieldError.forbidden(
                "metadata.finalizers",
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{\""
                    + String.join("\", \"", added)
                    + "\"}")));
      }
    }
  }
}
