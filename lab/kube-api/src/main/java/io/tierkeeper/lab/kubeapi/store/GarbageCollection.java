package io.tierkeeper.lab.kubeapi.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Deletes what a deleted object owned, at once: in a cluster the controller manager does it somewhat later.
 *
 * <p>An object with further owners only loses the reference.
 */
final class GarbageCollection {
  private final ObjectStore store;
  private final BiConsumer<ObjectKey, ObjectNode> deletion;

  GarbageCollection(ObjectStore store, BiConsumer<ObjectKey, ObjectNode> deletion) {
    this.store = store;
    this.deletion = deletion;
  }

  void collect(ObjectNode gone) {
    String uid = gone.at("/metadata/uid").asText();
    eachDependent(uid, dependent -> {
      ObjectNode now = store.get(dependent.getKey());
      if (now == null) {
        return;
      }
      if (now.at("/metadata/ownerReferences").size() > 1) {
        dropReference(dependent.getKey(), now, uid);
      } else {
        deletion.accept(dependent.getKey(), now);
      }
    });
  }

  /** Frees what an object owns, before the object goes. */
  void orphan(ObjectNode owner) {
    String uid = owner.at("/metadata/uid").asText();
    eachDependent(uid, dependent -> dropReference(dependent.getKey(), dependent.getValue(), uid));
  }

  private void eachDependent(String uid, Consumer<Map.Entry<ObjectKey, ObjectNode>> action) {
    store.all().stream()
        .filter(entry -> entry
            .getValue()
            .at("/metadata/ownerReferences")
            .valueStream()
            .anyMatch(owner -> owner.path("uid").asText().equals(uid)))
        .forEach(action);
  }

  private void dropReference(ObjectKey key, ObjectNode object, String uid) {
    ObjectNode next = object.deepCopy();
    ArrayNode kept = Json.array();
    for (JsonNode owner : next.at("/metadata/ownerReferences")) {
      if (!owner.path("uid").asText().equals(uid)) {
        kept.add(owner);
      }
    }
    ObjectNode metadata = Json.child(next, "metadata");
    if (kept.isEmpty()) {
      metadata.remove("ownerReferences");
    } else {
      metadata.set("ownerReferences", kept);
    }
    store.put(key, next);
  }
}
