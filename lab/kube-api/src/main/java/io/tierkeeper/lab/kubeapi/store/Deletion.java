package io.tierkeeper.lab.kubeapi.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
import io.tierkeeper.lab.kubeapi.resource.ResourceTypes;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * How objects go: at once, or marked until their finalizers are gone, with all they own and all they contain.
 *
 * <p>The caller holds the store's monitor.
 */
public final class Deletion {
  private final ObjectStore store;
  private final ResourceTypes types;
  private final Clock clock;
  private final GarbageCollection garbage;

  Deletion(ObjectStore store, ResourceTypes types, Clock clock) {
    this.store = store;
    this.types = types;
    this.clock = clock;
    this.garbage = new GarbageCollection(store, this::mark);
  }

  /**
   * Deletes an object, or marks it when finalizers hold it.
   *
   * @param orphan whether what it owns stays
   * @return the object as it was left, and whether it is gone
   */
  Deleted delete(
      WriteTarget target, ObjectNode live, JsonNode deleteOptions, boolean dryRun, boolean orphan) {
    JsonNode wanted = deleteOptions.path("preconditions");
    MetadataRules.checkPrecondition(target, live, wanted, "uid", "UID");
    MetadataRules.checkPrecondition(target, live, wanted, "resourceVersion", "ResourceVersion");
    if (dryRun) {
      return new Deleted(live, true);
    }
    if (orphan) {
      garbage.orphan(live);
    }
    ObjectNode left = mark(target.key(), live);
    return new Deleted(left, store.get(target.key()) == null);
  }

  /** What a deletion left. */
  public record Deleted(ObjectNode object, boolean gone) {}

  /** Marks an object as to be deleted, and removes it at once when nothing holds it. */
  private ObjectNode mark(ObjectKey key, ObjectNode live) {
    if (isDefinition(key)) {
      objects(live)
          .forEach(object -> deleteIfThere(new ObjectKey(
              live.at("/spec/group").asText(),
              live.at("/spec/names/plural").asText(),
              object.at("/metadata/namespace").asText(""),
              object.at("/metadata/name").asText())));
    }
    boolean namespace = isNamespace(key);
    if (namespace) {
      store.all().stream()
          .filter(entry -> entry.getKey().namespace().equals(key.name()))
          .forEach(entry -> deleteIfThere(entry.getKey()));
    }
    boolean held = !live.at("/metadata/finalizers").isEmpty()
        || (namespace && holdsObjects(key.name()))
        || (isDefinition(key) && !objects(live).isEmpty());
    if (!held) {
      remove(key, live);
      return live;
    }
    if (live.at("/metadata/deletionTimestamp").isTextual()) {
      return live;
    }
    ObjectNode next = live.deepCopy();
    ObjectNode metadata = Json.child(next, "metadata");
    metadata.put("deletionTimestamp", now()).put("deletionGracePeriodSeconds", 0);
    if (metadata.has("generation")) {
      metadata.put("generation", metadata.path("generation").asLong() + 1);
    }
    if (namespace) {
      Json.child(next, "status").put("phase", "Terminating");
    }
    return store.put(key, next);
  }

  void remove(ObjectKey key, ObjectNode live) {
    store.remove(key);
    if (isDefinition(key)) {
      types.undefine(key.name());
    }
    garbage.collect(live);
    finishTerminating(key, live);
  }

  /** A terminating namespace or definition goes with the last object that kept it. */
  private void finishTerminating(ObjectKey removed, ObjectNode object) {
    ObjectKey namespace = ObjectKey.of(ResourceTypes.NAMESPACES, null, removed.namespace());
    ObjectNode around = store.get(namespace);
    if (around != null && isTerminating(around) && !holdsObjects(removed.namespace())) {
      mark(namespace, around);
    }
    ObjectKey definition =
        ObjectKey.of(ResourceTypes.DEFINITIONS, null, removed.plural() + "." + removed.group());
    ObjectNode crd = store.get(definition);
    if (crd != null && isTerminating(crd) && objects(crd).isEmpty() && !object.equals(crd)) {
      mark(definition, crd);
    }
  }

  private void deleteIfThere(ObjectKey key) {
    ObjectNode object = store.get(key);
    if (object != null) {
      mark(key, object);
    }
  }

  private boolean holdsObjects(String namespace) {
    return store.all().stream().anyMatch(entry -> entry.getKey().namespace().equals(namespace));
  }

  /** The objects of a definition. */
  private List<ObjectNode> objects(ObjectNode crd) {
    return store.list(
        crd.at("/spec/group").asText(),
        crd.at("/spec/names/plural").asText(),
        null,
        object -> true);
  }

  static boolean isTerminating(ObjectNode object) {
    return object.at("/metadata/deletionTimestamp").isTextual();
  }

  static boolean isNamespace(ObjectKey key) {
    return key.group().isEmpty() && key.plural().equals("namespaces");
  }

  static boolean isDefinition(ObjectKey key) {
    return key.plural().equals(ResourceTypes.DEFINITIONS.plural())
        && key.group().equals(ResourceTypes.DEFINITIONS.group());
  }

  private String now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
