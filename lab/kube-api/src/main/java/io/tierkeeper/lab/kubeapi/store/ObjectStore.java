package io.tierkeeper.lab.kubeapi.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.lab.kubeapi.model.ApiError;
import io.tierkeeper.lab.kubeapi.model.Json;
import io.tierkeeper.lab.kubeapi.resource.ObjectKey;
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
 * The objects, their one growing resource version, and its watchers.
 *
 * <p>Kept objects are never changed in place: readers may hold them. The caller holds this store's monitor around
 * everything that must be one step.
 */
public final class ObjectStore {
  private static final int HISTORY = 1_000;

  private final NavigableMap<ObjectKey, ObjectNode> objects = new TreeMap<>();
  private final Deque<Change> history = new ArrayDeque<>();
  private final Set<Watch> watches = new LinkedHashSet<>();
  private long resourceVersion = 1;
  private long forgottenUpTo = 0;

  /** Receives events; the type is ADDED, MODIFIED, DELETED, BOOKMARK or ERROR. */
  @FunctionalInterface
  public interface Sink {
    void send(String type, ObjectNode object);
  }

  /**
   * A watch on a collection.
   *
   * @param group the group of the storage
   * @param plural the resource
   * @param namespace the namespace, or null for all
   * @param selection which objects of it
   * @param sink where the changes go
   */
  public record Watch(
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

    private void notify(Change change) {
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

  public synchronized @Nullable ObjectNode get(ObjectKey key) {
    return objects.get(key);
  }

  public synchronized long resourceVersion() {
    return resourceVersion;
  }

  public synchronized List<ObjectNode> list(
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

  /** Stores an object under a new resource version, which is written into it, and notifies the watchers. */
  synchronized ObjectNode put(ObjectKey key, ObjectNode object) {
    resourceVersion++;
    Json.child(object, "metadata").put("resourceVersion", Long.toString(resourceVersion));
    ObjectNode before = objects.put(key, object);
    publish(new Change(resourceVersion, key, before, object));
    return object;
  }

  /** Removes an object and notifies the watchers; what was not there stays not there. */
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
  public synchronized void watch(Watch watch, @Nullable Long since) {
    if (since == null) {
      list(watch.group, watch.plural, watch.namespace, watch.selection)
          .forEach(object -> watch.sink.send("ADDED", object));
    } else {
      if (since < forgottenUpTo) {
        throw new ApiError(
            410, "Expired", "too old resource version: " + since + " (" + forgottenUpTo + ")");
      }
      history.stream().filter(change -> change.version > since).forEach(watch::notify);
    }
    watches.add(watch);
  }

  public synchronized void unwatch(Watch watch) {
    watches.remove(watch);
  }

  private void publish(Change change) {
    history.addLast(change);
    if (history.size() > HISTORY) {
      forgottenUpTo = history.removeFirst().version;
    }
    List.copyOf(watches).forEach(watch -> watch.notify(change));
  }
}
