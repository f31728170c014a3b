package io.tierkeeper.qdrant.settings;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A group of Qdrant's own options, such as {@code hnsw_config}, by Qdrant's names; only those that are set.
 *
 * @param values whole numbers as {@link Long}, others as {@link Double}, and {@link Boolean}
 */
public record Options(SortedMap<String, Object> values) {

  /** Nothing is set. */
  public static final Options NONE = new Options(new TreeMap<>());

  public Options {
    values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
  }

  /** These options; entries without value are left out. */
  public static Options of(Map<String, ? extends @Nullable Object> values) {
    SortedMap<String, Object> set = new TreeMap<>();
    values.forEach((name, value) -> {
      if (value != null) {
        set.put(name, value instanceof Integer number ? Long.valueOf(number) : value);
      }
    });
    return new Options(set);
  }

  /** These options, and those of others that are not set here. */
  public Options over(Options others) {
    SortedMap<String, Object> merged = new TreeMap<>(others.values);
    merged.putAll(values);
    return new Options(merged);
  }

  /** A number; what it is by default where it is not set. */
  public long number(String name, long byDefault) {
    return values.get(name) instanceof Long number ? number : byDefault;
  }
}
