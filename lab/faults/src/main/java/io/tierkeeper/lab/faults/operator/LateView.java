package io.tierkeeper.lab.faults.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.tierkeeper.lab.time.VirtualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What one process has observed of the objects of a kind: everything that is older than its lag. When it has not observed for
 * a while, it sees the last state of each object and nothing in between, as after a list.
 */
public final class LateView<T extends HasMetadata> implements IndexerResourceCache<T> {

  /** Receives each change that is seen; a deleted object has no state after. */
  interface Watcher<T> {
    void changed(@Nullable T before, @Nullable T after, T last);
  }

  private final Class<T> kind;
  private final List<SimulatedKubernetes.Change> changes;
  private final VirtualScheduler simulator;
  private final SplittableRandom random;
  private final Watcher<T> watcher;
  private final Duration longestLag;
  private final Map<ResourceID, T> objects = new LinkedHashMap<>();
  private final Map<String, Function<T, List<String>>> indexers = new LinkedHashMap<>();
  private final long listsAt;
  private boolean listed;
  private int seen;
  private long horizon;
  private long cutUntil;

  /**
   * An empty view; its first list shows what was there some time before.
   *
   * @param listed how long the first list takes
   * @param staleness how old the first list is
   * @param longestLag how late a change is seen at most, as long as the watch is not cut
   */
  LateView(
      Class<T> kind,
      List<SimulatedKubernetes.Change> changes,
      VirtualScheduler simulator,
      Duration listed,
      Duration staleness,
      Duration longestLag,
      Watcher<T> watcher) {
    this.kind = kind;
    this.changes = changes;
    this.simulator = simulator;
    this.random = simulator.random().split();
    this.watcher = watcher;
    this.longestLag = longestLag;
    this.listsAt = simulator.nanoTime() + listed.toNanos();
    this.horizon = listsAt - staleness.toNanos();
  }

  /** Whether the first list was seen; before, there are no objects. */
  boolean listed() {
    return listed;
  }

  /** Sees nothing more for a while. */
  void cut(Duration time) {
    cutUntil = Math.max(cutUntil, simulator.nanoTime() + time.toNanos());
  }

  /** Ends a cut; what happened meanwhile is seen as after a list. */
  void restore() {
    cutUntil = Math.min(cutUntil, simulator.nanoTime());
  }

  /** Observes the changes that have arrived. */
  void observe() {
    long now = simulator.nanoTime();
    boolean afterCut = cutUntil != 0;
    if (now < cutUntil || now < listsAt) {
      return;
    }
    cutUntil = 0;
    if (!listed) {
      listed = true;
      see(true);
      return;
    }
    long lag = random.nextLong(longestLag.toNanos() + 1);
    horizon = Math.max(horizon, now - lag);
    see(afterCut);
  }

  private void see(boolean asList) {
    int arrived = seen;
    while (arrived < changes.size() && changes.get(arrived).at() <= horizon) {
      arrived++;
    }
    if (arrived == seen) {
      return;
    }
    List<SimulatedKubernetes.Change> news = new ArrayList<>(changes.subList(seen, arrived));
    seen = arrived;
    if (asList) {
      Map<ResourceID, SimulatedKubernetes.Change> last = new LinkedHashMap<>();
      for (SimulatedKubernetes.Change change : news) {
        ResourceID id = new ResourceID(change.name(), change.namespace());
        last.remove(id);
        last.put(id, change);
      }
      news = List.copyOf(last.values());
    }
    for (SimulatedKubernetes.Change change : news) {
      ResourceID id = new ResourceID(change.name(), change.namespace());
      T last = read(change);
      T after = change.object() == null ? null : last;
      T before = after == null ? objects.remove(id) : objects.put(id, after);
      if (before != null || after != null) {
        watcher.changed(before, after, last);
      }
    }
  }

  private T read(SimulatedKubernetes.Change change) {
    try {
      return Serialization.jsonMapper().treeToValue(change.last(), kind);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("not a " + kind.getSimpleName() + ": " + change.last(), e);
    }
  }

  @Override
  public Optional<T> get(ResourceID id) {
    return Optional.ofNullable(objects.get(id));
  }

  @Override
  public Stream<ResourceID> keys() {
    return List.copyOf(objects.keySet()).stream();
  }

  @Override
  public Stream<T> list(Predicate<T> predicate) {
    return List.copyOf(objects.values()).stream().filter(predicate);
  }

  @Override
  public Stream<T> list(@Nullable String namespace, Predicate<T> predicate) {
    return list(predicate)
        .filter(
            object -> namespace == null || namespace.equals(object.getMetadata().getNamespace()));
  }

  @Override
  public List<T> byIndex(String name, String key) {
    Function<T, List<String>> indexer = indexers.get(name);
    if (indexer == null) {
      throw new IllegalArgumentException("no index " + name + " of " + kind.getSimpleName());
    }
    return objects.values().stream()
        .filter(object -> indexer.apply(object).contains(key))
        .toList();
  }

  @Override
  public void addIndexers(Map<String, Function<T, List<String>>> more) {
    indexers.putAll(more);
  }
}
