package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The points of each value of one indexed payload field, in id order. */
final class FieldIndex {

  private static final NavigableSet<PointKey> NONE = java.util.Collections.emptyNavigableSet();

  private final PayloadPath path;
  private final Map<Object, NavigableSet<PointKey>> postings = new HashMap<>();

  FieldIndex(String field) {
    this.path = PayloadPath.parse(field);
  }

  void add(StoredPoint point) {
    values(point)
        .forEach(value -> postings.computeIfAbsent(value, v -> new TreeSet<>()).add(point.key()));
  }

  void remove(StoredPoint point) {
    for (Object value : values(point)) {
      NavigableSet<PointKey> posting = postings.get(value);
      if (posting != null && posting.remove(point.key()) && posting.isEmpty()) {
        postings.remove(value);
      }
    }
  }

  /** As removing the one and adding the other, which have the same key. */
  void replace(StoredPoint old, StoredPoint point) {
    if (!path.flatten(old.payload()).equals(path.flatten(point.payload()))) {
      remove(old);
      add(point);
    }
  }

  NavigableSet<PointKey> posting(Object value) {
    return postings.getOrDefault(value, NONE);
  }

  Map<Object, NavigableSet<PointKey>> postings() {
    return postings;
  }

  /** The distinct values of a point in this field: strings, longs and booleans. */
  Set<Object> values(StoredPoint point) {
    Set<Object> values = new HashSet<>();
    for (Value value : path.flatten(point.payload())) {
      Object plain = plain(value);
      if (plain != null) {
        values.add(plain);
      }
    }
    return values;
  }

  private static @Nullable Object plain(Value value) {
    return switch (value.getKindCase()) {
      case STRING_VALUE -> value.getStringValue();
      case INTEGER_VALUE -> value.getIntegerValue();
      case BOOL_VALUE -> value.getBoolValue();
      case NULL_VALUE, DOUBLE_VALUE, STRUCT_VALUE, LIST_VALUE, KIND_NOT_SET -> null;
    };
  }
}
