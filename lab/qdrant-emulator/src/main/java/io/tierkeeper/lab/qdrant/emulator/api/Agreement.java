package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Points.ReadConsistency;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What several replicas of a shard answer together, as {@code read_consistency} demands it. It is not what any of them has
 * but what enough of them have alike: a point that is being written is missing.
 *
 * @param answers number of replicas that must answer
 * @param needed number of equal answers that count
 */
record Agreement(int answers, int needed) {

  /** The demand of a request on a shard of this many replicas, in whatever state they are. */
  static Agreement of(ReadConsistency consistency, int replicas) {
    return switch (consistency.getValueCase()) {
      case TYPE ->
        switch (consistency.getType()) {
          case All -> new Agreement(replicas, replicas);
          case Majority -> new Agreement(replicas, replicas / 2 + 1);
          case Quorum -> new Agreement(replicas / 2 + 1, replicas / 2 + 1);
          case UNRECOGNIZED -> new Agreement(1, 1);
        };
      case FACTOR -> {
        int factor = (int) Math.clamp(consistency.getFactor(), 1, replicas);
        yield new Agreement(factor, factor);
      }
      case VALUE_NOT_SET -> new Agreement(1, 1);
    };
  }

  /** The items that enough of the answers have, in the order of the first answer that has each. */
  <T> List<T> items(List<List<T>> lists, Function<T, Object> shown) {
    if (lists.size() == 1) {
      return lists.getFirst();
    }
    Map<Object, Integer> counts = new HashMap<>();
    Map<Object, T> first = new LinkedHashMap<>();
    for (List<T> list : lists) {
      for (T item : list) {
        Object view = shown.apply(item);
        counts.merge(view, 1, Integer::sum);
        first.putIfAbsent(view, item);
      }
    }
    List<T> agreed = new ArrayList<>();
    first.forEach((view, item) -> {
      if (counts.getOrDefault(view, 0) >= needed) {
        agreed.add(item);
      }
    });
    return agreed;
  }

  /** The lowest number where all must agree, else the one in the middle. */
  long number(List<Long> numbers) {
    List<Long> sorted = numbers.stream().sorted().toList();
    return needed == answers ? sorted.getFirst() : sorted.get(sorted.size() / 2);
  }

  /** The numbers of the values that enough of the answers have. */
  <T> Map<T, Long> numbers(List<Map<T, Long>> maps) {
    Map<T, Long> agreed = new HashMap<>();
    Set<T> values = new HashSet<>();
    maps.forEach(map -> values.addAll(map.keySet()));
    for (T value : values) {
      List<Long> numbers = maps.stream()
          .filter(map -> map.containsKey(value))
          .map(map -> map.getOrDefault(value, 0L))
          .toList();
      if (numbers.size() >= needed) {
        agreed.put(value, number(numbers));
      }
    }
    return agreed;
  }
}
