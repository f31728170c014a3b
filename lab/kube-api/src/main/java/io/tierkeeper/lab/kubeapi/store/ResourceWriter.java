package io.tierkeeper.lab.kubeapi.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.apply.FieldSet;
import io.tierkeeper.lab.kubeapi.apply.FieldShape;
import io.tierkeeper.lab.kubeapi.apply.ManagedFields;
import io.tierkeeper.lab.kubeapi.apply.MergePatch;
import io.tierkeeper.lab.kubeapi.apply.ServerSideApply;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.FieldError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
import io.tierkeeper.lab.kubeapi.resource.ResourceType;
import io.tierkeeper.lab.kubeapi.resource.ResourceTypes;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The only writer of objects: creation, updates, patches and deletions by the rules of the API server. */
public final class ResourceWriter {
  private final ObjectStore store;
  private final ResourceTypes types;
  private final Clock clock;
  private final Supplier<String> ids;
  private final MetadataRules metadataRules;
  private final Deletion deletion;

  public ResourceWriter(ObjectStore store, ResourceTypes types, Clock clock, Supplier<String> ids) {
    this.store = store;
    this.types = types;
    this.clock = clock;
    this.ids = ids;
    this.metadataRules = new MetadataRules(store, ids);
    this.deletion = new Deletion(store, types, clock);
  }

  public ObjectNode create(
      ResourceType type, @Nullable String namespace, ObjectNode body, WriteOptions options) {
    synchronized (store) {
      return create(type, namespace, body, options, "Update");
    }
  }

  private ObjectNode create(
      ResourceType type,
      @Nullable String namespace,
      ObjectNode body,
      WriteOptions options,
      String operation) {
    ObjectNode object = body.deepCopy();
    MetadataRules.checkKind(type, object);
    ObjectNode metadata = Json.child(object, "metadata");
    if (Json.text(metadata, "resourceVersion") != null) {
      throw ApiError.badRequest("resourceVersion should not be set on objects to be created");
    }
    FieldSet.SERVER_OWNED.stream()
        .filter(field -> !field.equals("name") && !field.equals("namespace"))
        .forEach(metadata::remove);
    String name = metadataRules.nameOf(type, metadata);
    metadataRules.checkNamespace(type, namespace, metadata);
    ObjectKey key = ObjectKey.of(type, namespace, name);
    if (store.get(key) != null) {
      throw ApiError.alreadyExists(type, name);
    }
    if (type.statusSubresource()) {
      object.remove("status");
    }
    admit(type, name, object, null, options);
    metadata.put("uid", ids.get()).put("creationTimestamp", now());
    if (type.countsGenerations()) {
      metadata.put("generation", 1);
    }
    if (type.equals(ResourceTypes.NAMESPACES)) {
      Json.child(metadata, "labels").put("kubernetes.io/metadata.name", name);
      Json.child(object, "status").put("phase", "Active");
    }
    ManagedFields.track(
        Json.object(),
        object,
        type,
        new ManagedFields.Owner(options.manager(), operation, ""),
        FieldSet.Part.ALL,
        now());
    if (type.equals(ResourceTypes.DEFINITIONS)) {
      establish(object);
    }
    if (options.dryRun()) {
      return object;
    }
    if (type.equals(ResourceTypes.DEFINITIONS)) {
      types.define(object);
    }
    return store.put(key, object);
  }

  public ObjectNode update(WriteTarget target, ObjectNode body, WriteOptions options) {
    synchronized (store) {
      ResourceType type = target.type();
      ObjectNode live = require(target);
      MetadataRules.checkKind(type, body);
      String given = Json.text(body.path("metadata"), "resourceVersion");
      boolean unconditional = type.custom() == null && !type.plural().equals("leases");
      if (given == null && !unconditional) {
        throw ApiError.invalid(
            type,
            target.name(),
            List.of(FieldError.invalid(
                "metadata.resourceVersion", "0x0", "must be specified for an update")));
      }
      String name = Json.text(body.path("metadata"), "name");
      if (!target.name().equals(name)) {
        throw ApiError.badRequest(
            "the name of the object (%s) does not match the name on the URL (%s)"
                .formatted(name, target.name()));
      }
      return replace(target, live, body, options, false);
    }
  }

  public ObjectNode patch(
      WriteTarget target, String contentType, String body, WriteOptions options) {
    synchronized (store) {
      ResourceType type = target.type();
      ObjectNode live = require(target);
      JsonNode next = switch (contentType) {
        case "application/merge-patch+json" -> MergePatch.merge(live, Json.parseObject(body));
        case "application/json-patch+json" -> MergePatch.jsonPatch(live, body, type, target.name());
        case "application/strategic-merge-patch+json" -> {
          if (type.custom() != null) {
            throw ApiError.unsupportedMediaType(contentType);
          }
          yield MergePatch.strategic(live, Json.parseObject(body), FieldShape.of(type));
        }
        default -> throw ApiError.unsupportedMediaType(contentType);
      };
      if (!(next instanceof ObjectNode patched)) {
        throw ApiError.badRequest("the patched object is no object any more");
      }
      return replace(target, live, patched, options, false);
    }
  }

  /** What an apply did: the object, and whether it is new. */
  public record Applied(ObjectNode object, boolean created) {}

  public Applied apply(WriteTarget target, ObjectNode wanted, WriteOptions options) {
    synchronized (store) {
      ResourceType type = target.type();
      ObjectKey key = target.key();
      MetadataRules.checkKind(type, wanted);
      ObjectNode live = store.get(key);
      String given = Json.text(wanted.path("metadata"), "resourceVersion");
      if (live == null) {
        if (target.subresource() != null) {
          throw ApiError.notFound(type, key.name());
        }
        if (given != null) {
          throw ApiError.modified(type, key.name());
        }
        ObjectNode object = wanted.deepCopy();
        Json.child(object, "metadata").put("name", key.name());
        String namespace = key.namespace().isEmpty() ? null : key.namespace();
        return new Applied(create(type, namespace, object, options, "Apply"), true);
      }
      if (given != null && !given.equals(live.at("/metadata/resourceVersion").asText())) {
        throw ApiError.modified(type, key.name());
      }
      ObjectNode cleaned = wanted.deepCopy();
      unknownFields(type, cleaned, options);
      ObjectNode next = ServerSideApply.apply(
          live,
          cleaned,
          type,
          target.owner(options, "Apply"),
          target.part(),
          options.force(),
          now());
      return new Applied(replace(target, live, next, options, true), false);
    }
  }

  private ObjectNode replace(
      WriteTarget target,
      ObjectNode live,
      ObjectNode candidate,
      WriteOptions options,
      boolean managedFieldsAreDone) {
    ResourceType type = target.type();
    ObjectKey key = target.key();
    FieldSet.Part part = target.part();
    MetadataRules.checkPreconditions(target, live, candidate);
    ObjectNode next = combine(live, candidate, part, managedFieldsAreDone);
    MetadataRules.checkFinalizers(target, live, next);
    admit(type, key.name(), next, live, options);
    if (!managedFieldsAreDone && !sameContent(live, next)) {
      ManagedFields.track(live, next, type, target.owner(options, "Update"), part, now());
    }
    if (sameContent(live, next)
        && Json.same(live.at("/metadata/managedFields"), next.at("/metadata/managedFields"))) {
      return live;
    }
    if (type.countsGenerations() && specChanged(type, live, next)) {
      ObjectNode metadata = Json.child(next, "metadata");
      metadata.put("generation", live.at("/metadata/generation").asLong() + 1);
    }
    if (options.dryRun()) {
      return next;
    }
    if (Deletion.isTerminating(live)
        && next.at("/metadata/finalizers").isEmpty()
        && !Deletion.isNamespace(key)) {
      deletion.remove(key, live);
      return next;
    }
    if (Deletion.isDefinition(key)) {
      establish(next);
      types.define(next);
    }
    return store.put(key, next);
  }

  private static ObjectNode combine(
      ObjectNode live, ObjectNode candidate, FieldSet.Part part, boolean takeManagedFields) {
    ObjectNode next;
    if (part == FieldSet.Part.STATUS) {
      next = live.deepCopy();
      copy("status", candidate, next);
      if (takeManagedFields) {
        copy("managedFields", candidate.path("metadata"), Json.child(next, "metadata"));
      }
      return next;
    }
    next = candidate.deepCopy();
    ObjectNode metadata = Json.child(next, "metadata");
    for (String field : FieldSet.SERVER_OWNED) {
      if (!(takeManagedFields && field.equals("managedFields"))) {
        copy(field, live.path("metadata"), metadata);
      }
    }
    if (part == FieldSet.Part.MAIN) {
      copy("status", live, next);
    }
    return next;
  }

  private static void copy(String field, JsonNode from, ObjectNode to) {
    JsonNode value = from.get(field);
    if (value == null) {
      to.remove(field);
    } else {
      to.set(field, value.deepCopy());
    }
  }

  private void admit(
      ResourceType type,
      String name,
      ObjectNode object,
      @Nullable ObjectNode old,
      WriteOptions options) {
    dropNullMetadata(object);
    ResourceType.Custom custom = type.custom();
    if (custom == null) {
      return;
    }
    unknownFields(type, object, options);
    custom.validation().applyDefaults(object);
    List<FieldError> errors = custom.validation().validate(object, old);
    if (!errors.isEmpty()) {
      throw ApiError.invalid(type, name, errors);
    }
  }

  private static void dropNullMetadata(ObjectNode object) {
    if (object.get("metadata") instanceof ObjectNode metadata) {
      metadata.properties().removeIf(field -> field.getValue().isNull());
    }
  }

  private static void unknownFields(ResourceType type, ObjectNode object, WriteOptions options) {
    ResourceType.Custom custom = type.custom();
    if (custom == null) {
      return;
    }
    List<String> unknown = custom.validation().prune(object);
    if (unknown.isEmpty()) {
      return;
    }
    List<String> texts =
        unknown.stream().map(path -> "unknown field \"" + path + "\"").toList();
    switch (options.fieldValidation()) {
      case "Strict" ->
        throw ApiError.badRequest(
            "%1$s in version \"%2$s\" cannot be handled as a %1$s: strict decoding error: %3$s"
                .formatted(type.kind(), type.version(), String.join(", ", texts)));
      case "Warn" -> options.warnings().addAll(texts);
      default -> {
        // Ignore: the fields are dropped without a warning, as requested
      }
    }
  }

  private static boolean sameContent(ObjectNode left, ObjectNode right) {
    return Json.same(withoutManagedFields(left), withoutManagedFields(right));
  }

  private static ObjectNode withoutManagedFields(ObjectNode object) {
    ObjectNode copy = object.deepCopy();
    Json.child(copy, "metadata").remove("managedFields");
    return copy;
  }

  private static boolean specChanged(ResourceType type, ObjectNode live, ObjectNode next) {
    if (type.custom() == null) {
      return !Json.same(live.get("spec"), next.get("spec"));
    }
    ObjectNode before = live.deepCopy();
    ObjectNode after = next.deepCopy();
    List<String> ignored =
        type.statusSubresource() ? List.of("metadata", "status") : List.of("metadata");
    return !Json.same(before.remove(ignored), after.remove(ignored));
  }

  /** A definition is served from its creation on; no check of its names is done. */
  private void establish(ObjectNode crd) {
    ObjectNode status = Json.child(crd, "status");
    if (status.has("conditions")) {
      return;
    }
    status.set("acceptedNames", crd.at("/spec/names"));
    for (String condition : List.of("NamesAccepted", "Established")) {
      status
          .withArray("conditions")
          .addObject()
          .put("type", condition)
          .put("status", "True")
          .put("reason", condition.equals("Established") ? "InitialNamesAccepted" : "NoConflicts")
          .put("message", "no conflicts found")
          .put("lastTransitionTime", now());
    }
    crd.at("/spec/versions").forEach(v -> status.withArray("storedVersions").add(v.path("name")));
  }

  /** Deletes as {@link Deletion#delete} does. */
  public Deletion.Deleted delete(
      WriteTarget target, JsonNode options, boolean dryRun, boolean orphan) {
    synchronized (store) {
      return deletion.delete(target, require(target), options, dryRun, orphan);
    }
  }

  private ObjectNode require(WriteTarget target) {
    ObjectNode live = store.get(target.key());
    if (live == null) {
      throw ApiError.notFound(target.type(), target.name());
    }
    return live;
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
