package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The mark on a point that a demotion has copied into the fallback: whose copy it is, and hashes of what was copied,
 * so that a later reader knows whether a client has changed it since, even when the copier has lost its memory.
 */
public final class CopyMark {

  public static final String MOVE_FIELD = "tierkeeper_move";
  public static final String BASE_FIELD = "tierkeeper_base";
  public static final Set<String> FIELDS = Set.of(MOVE_FIELD, BASE_FIELD);

  private CopyMark() {}

  /** What was copied: a hash for each payload field, a sketch for each vector. */
  public record Base(Map<String, String> fields, Map<String, VectorSketch> vectors) {

    public boolean sameFields(Point point) {
      return fields.equals(hashes(PointContent.payload(point)));
    }

    public boolean sameVectors(Point point) {
      return vectors.keySet().equals(point.vectors().keySet())
          && vectors.keySet().stream().allMatch(name -> sameVector(name, point));
    }

    /** Whether the point has this vector as it was copied, or lacks it as then. */
    boolean sameVector(String name, Point point) {
      VectorSketch before = vectors.get(name);
      PointVector now = point.vectors().get(name);
      return before == null || now == null
          ? before == null && now == null
          : before.matches(VectorSketch.of(name, now));
    }

    /** Whether every field and vector of a point is as it was copied or as in another version of the point. */
    public boolean noneElsewhere(Point point, Point other) {
      Map<String, String> now = hashes(PointContent.payload(point));
      Map<String, String> there = hashes(PointContent.payload(other));
      Set<String> names = new TreeSet<>(fields.keySet());
      names.addAll(now.keySet());
      for (String name : names) {
        String hash = now.get(name);
        if (!Objects.equals(hash, fields.get(name)) && !Objects.equals(hash, there.get(name))) {
          return false;
        }
      }
      names = new TreeSet<>(vectors.keySet());
      names.addAll(point.vectors().keySet());
      for (String name : names) {
        PointVector vector = point.vectors().get(name);
        PointVector same = other.vectors().get(name);
        boolean asThere = vector == null || same == null
            ? vector == null && same == null
            : PointContent.sameVector(vector, same);
        if (!asThere && !sameVector(name, point)) {
          return false;
        }
      }
      return true;
    }

    public boolean unchanged(Point point) {
      return sameFields(point) && sameVectors(point);
    }
  }

  /** All points that this move has marked. */
  public static Filter filter(String moveUid) {
    return Filter.matches(MOVE_FIELD, moveUid);
  }

  /** The point as a copy of this move, with itself as base. */
  public static Point mark(Point content, String moveUid) {
    return mark(content, content, moveUid);
  }

  /** The point as a copy of this move; the base is what the dedicated key held. */
  public static Point mark(Point content, Point base, String moveUid) {
    Map<String, Object> payload = new LinkedHashMap<>(PointContent.payload(content));
    Map<String, Object> hashes = new LinkedHashMap<>();
    hashes.put("f", hashes(PointContent.payload(base)));
    Map<String, Object> sketches = new TreeMap<>();
    sketches(base).forEach((name, sketch) -> sketches.put(name, sketch.text()));
    hashes.put("v", sketches);
    payload.put(MOVE_FIELD, moveUid);
    payload.put(BASE_FIELD, hashes);
    return new Point(content.id(), payload, content.vectors());
  }

  /** The point without the mark. */
  public static Point unmarked(Point point) {
    return new Point(point.id(), PointContent.payload(point), point.vectors());
  }

  public static boolean marked(Point point, String moveUid) {
    return moveUid.equals(point.payload().get(MOVE_FIELD));
  }

  /** The mark of some other move, if the point bears one. */
  public static Optional<String> foreignMark(Point point, String moveUid) {
    Object mark = point.payload().get(MOVE_FIELD);
    return mark == null || mark.equals(moveUid) ? Optional.empty() : Optional.of(mark.toString());
  }

  /** Whether a point is as it was copied, by whatever move; false where it bears no mark, or a damaged one. */
  public static boolean untouched(Point point) {
    return base(point).map(base -> base.unchanged(point)).orElse(false);
  }

  /**
   * Whether a point of a dedicated key has the fields of a mark without being one. A whole mark comes from an application that
   * has written back what it read in the fallback during a move; it means nothing there.
   */
  public static boolean reservedFieldInUse(Point point) {
    boolean any = FIELDS.stream().anyMatch(point.payload()::containsKey);
    return any
        && !(point.payload().get(MOVE_FIELD) instanceof String && base(point).isPresent());
  }

  /** The base of a marked point; empty where the mark is damaged. */
  public static Optional<Base> base(Point point) {
    if (!(point.payload().get(BASE_FIELD) instanceof Map<?, ?> base)
        || !(base.get("f") instanceof Map<?, ?> fields)
        || !(base.get("v") instanceof Map<?, ?> vectors)) {
      return Optional.empty();
    }
    Map<String, VectorSketch> sketches = new TreeMap<>();
    for (Map.Entry<?, ?> entry : vectors.entrySet()) {
      Optional<VectorSketch> sketch = VectorSketch.parse(entry.getValue());
      if (sketch.isEmpty()) {
        return Optional.empty();
      }
      sketches.put(String.valueOf(entry.getKey()), sketch.get());
    }
    Map<String, String> hashes = new TreeMap<>();
    fields.forEach((name, hash) -> hashes.put(String.valueOf(name), String.valueOf(hash)));
    return Optional.of(new Base(hashes, sketches));
  }

  /** What the mark of a copy of this point would say. */
  public static Base baseOf(Point point) {
    return new Base(hashes(PointContent.payload(point)), sketches(point));
  }

  private static Map<String, VectorSketch> sketches(Point point) {
    Map<String, VectorSketch> sketches = new TreeMap<>();
    point.vectors().forEach((name, vector) -> sketches.put(name, VectorSketch.of(name, vector)));
    return sketches;
  }

  private static Map<String, String> hashes(Map<String, Object> payload) {
    Map<String, String> hashes = new TreeMap<>();
    payload.forEach((name, value) -> hashes.put(name, PointContent.valueHash(value)));
    return hashes;
  }
}
