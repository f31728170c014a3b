package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.Point;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;

/** Merges two changed versions of a point by payload field, given hashes of what they came from. */
public final class ThreeWayMerge {

  private ThreeWayMerge() {}

  /** The older version with everything that the newer one has changed since the base; vectors as one field. */
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
    return new Point(
        older.id(), merged, base.sameVectors(newer) ? older.vectors() : newer.vectors());
  }
}
