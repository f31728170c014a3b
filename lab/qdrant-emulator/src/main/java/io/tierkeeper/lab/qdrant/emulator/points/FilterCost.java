package io.tierkeeper.lab.qdrant.emulator.points;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts the points whose payload was read because a filter asked for a field without an index. */
public final class FilterCost {

  private final Map<String, Long> reads = new TreeMap<>();

  synchronized void add(Set<String> fields, long points) {
    fields.forEach(field -> reads.merge(field, points, Long::sum));
  }

  /** The points read so far, by field. */
  public synchronized Map<String, Long> reads() {
    return Map.copyOf(reads);
  }
}
