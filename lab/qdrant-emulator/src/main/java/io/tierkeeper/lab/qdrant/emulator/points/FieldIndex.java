package io.tierkeeper.lab.qdrant.emulator.points;

import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.JsonWithInt.Value;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The points of each value of one indexed payload field, in id order; it sees values of its own type only. Of other types than
 * keyword, uuid, integer and bool it keeps nothing, and filters read the payload.
 */
final class FieldIndex {

  private static final NavigableSet<PointKey> NONE = java.util.Collections.emptyNavigableSet();

  private final PayloadSchemaType type;
  private final PayloadPath path;
  private final Map<Object, NavigableSet<PointKey>> postings = new HashMap<>();

  FieldIndex(String field, PayloadSchemaType type) {
    this.type = type;
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

  PayloadSchemaType type() {
    return type;
  }

  NavigableSet<PointKey> posting(Object value) {
    return postings.getOrDefault(value, NONE);
  }

  /** The points of a text; null where the index has none of such texts, so that their payloads must be read. */
  @Nullable
  NavigableSet<PointKey> postingOfText(String text) {
    return switch (type) {
      case Keyword -> posting(text);
      case Uuid -> {
        String canonical = PointKey.canonical(text);
        yield canonical == null ? null : posting(canonical);
      }
      default -> null;
    };
  }

  /** Whether its values can be counted. */
  boolean facets() {
    return switch (type) {
      case Keyword, Uuid, Integer, Bool -> true;
      default -> false;
    };
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

  private @Nullable Object plain(Value value) {
    return switch (type) {
      case Keyword -> value.hasStringValue() ? value.getStringValue() : null;
      case Uuid -> value.hasStringValue() ? PointKey.canonical(value.getStringValue()) : null;
      case Bool -> value.hasBoolValue() ? value.getBoolValue() : null;
      case Integer -> {
        if (value.hasIntegerValue()) {
          yield value.getIntegerValue();
        }
        // A number with a point counts where it is whole.
        double number = value.hasDoubleValue() ? value.getDoubleValue() : Double.NaN;
        yield number == Math.rint(number) && Math.abs(number) < 0x1p63
            ? (Object) (long) number
            : null;
      }
      default -> null;
    };
  }
}
