package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** Merges two changed versions of a point by payload field, given hashes of what they came from. */
public final class ThreeWayMerge {

  private ThreeWayMerge() {}

  /** The older version with every field and vector that the newer one has changed, set or removed since the base. */
  public static Point merge(CopyMark.Base base, Point older, Point newer) {
    Map<String, Object> a = PointContent.payload(older);
    Map<String, Object> b = PointContent.payload(newer);
    TreeSet<String> names = new TreeSet<>(a.keySet());
    names.addAll(b.keySet());
    Map<String, Object> merged = new LinkedHashMap<>();
    for (String name : names) {
      String before = base.fields().get(name);
      boolean newerChanged = b.containsKey(name)
          ? !PointContent.valueHash(b.get(name)).equals(before)
          : before != null;
      Map<String, Object> winner = newerChanged ? b : a;
      if (winner.containsKey(name)) {
        merged.put(name, winner.get(name));
      }
    }
    TreeSet<String> vectorNames = new TreeSet<>(older.vectors().keySet());
    vectorNames.addAll(newer.vectors().keySet());
    Map<String, PointVector> vectors = new LinkedHashMap<>();
    for (String name : vectorNames) {
      Point winner = base.sameVector(name, newer) ? older : newer;
      PointVector vector = winner.vectors().get(name);
      if (vector != null) {
        vectors.put(name, vector);
      }
    }
    return new Point(older.id(), merged, vectors);
  }
}
