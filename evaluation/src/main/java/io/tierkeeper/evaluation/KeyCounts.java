package io.tierkeeper.evaluation;

import io.tierkeeper.qdrant.ShardKey;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What each dedicated shard key held when its points were counted last, so that a measurement of many keys counts some of them in
 * turn and takes the others from one facet. Not thread-safe.
 */
public final class KeyCounts {

  /**
   * Of one key.
   *
   * @param own points of the key's tenant in it
   * @param stray other points in it
   * @param listed points of the tenant that a facet over all dedicated keys listed just before
   */
  record Known(long own, long stray, long listed) {

    /** Points of the tenant that were in other dedicated keys. */
    long elsewhere() {
      return Math.max(0, listed - own);
    }
  }

  private record Counted(Known known, long turn) {}

  private final Map<ShardKey, Counted> counted = new HashMap<>();
  private long turns;

  /**
   * The keys that are to be counted now: those that never were, and of the others those that were counted longest ago.
   *
   * @param keys all that there are; others are forgotten
   * @param inTurn at most so many of those that were counted before
   */
  Set<ShardKey> due(Set<ShardKey> keys, int inTurn) {
    counted.keySet().retainAll(keys);
    Set<ShardKey> due = new HashSet<>(keys);
    due.removeAll(counted.keySet());
    due.addAll(counted.entrySet().stream()
        .sorted(Comparator.<Map.Entry<ShardKey, Counted>>comparingLong(
                entry -> entry.getValue().turn())
            .thenComparing(entry -> entry.getKey().toString()))
        .limit(inTurn)
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet()));
    return due;
  }

  void counted(ShardKey key, Known known) {
    counted.put(key, new Counted(known, turns++));
  }

  Optional<Known> known(ShardKey key) {
    return Optional.ofNullable(counted.get(key)).map(Counted::known);
  }

  /** Whether a key held points that are not its tenant's. */
  boolean anyStray() {
    return counted.values().stream().anyMatch(each -> each.known().stray() > 0);
  }
}
