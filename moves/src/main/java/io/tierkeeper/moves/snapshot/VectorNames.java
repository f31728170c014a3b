package io.tierkeeper.moves.snapshot;

import io.tierkeeper.qdrant.settings.CollectionSettings;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The vectors of a collection, as text. Qdrant recovers a shard snapshot also where they differ, and fails later. */
public final class VectorNames {
  private VectorNames() {}

  /** Each vector with what makes it another one. */
  public static Map<String, String> of(CollectionSettings settings) {
    SortedMap<String, String> names = new TreeMap<>();
    settings
        .vectors()
        .forEach((name, vector) -> names.put(
            name,
            vector.size() + " " + vector.distance() + " " + vector.datatype()
                + (vector.multivector() ? " multivector" : "")));
    settings.sparseVectors().forEach((name, vector) -> names.put(name, "sparse"));
    return names;
  }
}
