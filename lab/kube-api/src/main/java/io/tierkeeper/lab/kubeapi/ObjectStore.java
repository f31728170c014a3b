package io.tierkeeper.lab.kubeapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The objects, their one growing resource version, and those who watch them.
 *
 * <p>Kept objects are never changed in place: readers may hold them. The caller holds this store's monitor around
 * everything that must be one step.
 */
final class ObjectStore {
  private static final int HISTORY = 1_000;

  private final NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private final Set<Watch> watches = new LinkedHashSet<>();
  private long resourceVersion = 1;
  private long forgottenUpTo = 0;

  /** What a watcher is told: the type is ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  @FunctionalInterface
  interface Sink {
    void send(String type, ObjectNode object);
  }

  /**
   * Somebody's interest in a collection.
   *
   * @param group the group of the storage
   * @param plural the resource
   * @param namespace the namespace, or null for all
   * @param selection which objects of it
   * @param sink where the changes go
   */
  record Watch(
      String group,
      String plural,
      @Nullable String namespace,
      Predicate<ObjectNode> selection,
      Sink sink) {
    private boolean covers(ObjectKey key) {
      return key.group().equals(group)
          && key.plural().equals(plural)
          && (namespace == null || key.namespace().equals(namespace));
    }

    private void tell(Change change) {
      if (!covers(change.key)) {
        return;
      }
      boolean before = change.before != null && selection.test(change.before);
      boolean after = change.after != null && selection.test(change.after);
      if (change.after != null && after) {
        sink.send(before ? "MODIFIED" : "ADDED", change.after);
      } else if (before) {
        sink.send("DELETED", change.last());
      }
    }
  }

  private record Change(
      long version,
      ObjectKey key,
      @Nullable ObjectNode before,
      @Nullable ObjectNode after) {
    /** The last state, under the version of its disappearance. */
    ObjectNode last() {
      ObjectNode shown =
          after != null ? after.deepCopy() : before != null ? before.deepCopy() : Json.object();
      Json.child(shown, "metadata").put("resourceVersion", Long.toString(version));
      return shown;
    }
  }

  synchronized @Nullable ObjectNode get(ObjectKey key) {
    return objects.get(key);
  }

  synchronized long resourceVersion() {
    return resourceVersion;
  }

  synchronized List<ObjectNode> list(
      String group, String plural, @Nullable String namespace, Predicate<ObjectNode> selection) {
    List<ObjectNode> found = new ArrayList<>();
    ObjectKey from = new ObjectKey(group, plural, namespace == null ? "" : namespace, "");
    for (Map.Entry<ObjectKey, ObjectNode> entry : objects.tailMap(from, true).entrySet()) {
      ObjectKey key = entry.getKey();
      if (!key.group().equals(group)
          || !key.plural().equals(plural)
          || (namespace != null && !key.namespace().equals(namespace))) {
        break;
      }
      if (selection.test(entry.getValue())) {
        found.add(entry.getValue());
      }
    }
    return found;
  }

  synchronized Collection<Map.Entry<ObjectKey, ObjectNode>> all() {
    return List.copyOf(objects.entrySet());
  }

  /** Stores an object under a new resource version, which is written into it, and tells the watchers. */
  synchronized ObjectNode put(ObjectKey key, ObjectNode object) {
    resourceVersion++;
    Json.child(object, "metadata").put("resourceVersion", Long.toString(resourceVersion));
    ObjectNode before = objects.put(key, object);
    publish(new Change(resourceVersion, key, before, object));
    return object;
  }

  /** Removes an object and tells the watchers; what was not there stays not there. */
  synchronized void remove(ObjectKey key) {
    ObjectNode before = objects.remove(key);
    if (before != null) {
      resourceVersion++;
      publish(new Change(resourceVersion, key, before, null));
    }
  }

  /**
   * Starts a watch. Without a version it begins with everything there is, else with what came after that version.
   *
   * @throws ApiError 410 when the changes after that version are no longer known
   */
  synchronized void watch(Watch watch, @Nullable Long since) {
    if (since == null) {
      list(watch.group, watch.plural, watch.namespace, watch.selection)
          .forEach(object -> watch.sink.send("ADDED", object));
    } else {
      if (since < forgottenUpTo) {
        throw new ApiError(
            410,
            "Expired",
            "too old resource version: " + since + " (" + forgottenUpTo + ")",
            Json.object());
      }
      history.stream().filter(change -> change.version > since).forEach(watch::tell);
    }
    watches.add(watch);
  }

  synchronized void unwatch(Watch watch) {
    watches.remove(watch);
  }

  private void publish(Change change) {
    history.addLast(change);
    if (history.size() > HISTORY) {
      forgottenUpTo = history.removeFirst().version;
    }
    List.copyOf(watches).forEach(watch -> watch.tell(change));
  }
}
