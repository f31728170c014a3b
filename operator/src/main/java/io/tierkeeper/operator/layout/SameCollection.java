package io.tierkeeper.operator.layout;

import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds two TieredCollections of one collection in Qdrant. Their moves would not know of each other: one deletes its
 * source while the other freezes the only other copy.
 */
public final class SameCollection {

  private static final Comparator<TieredCollection> OLDEST_FIRST =
      Comparator.<TieredCollection, String>comparing(
              it -> Objects.requireNonNullElse(it.getMetadata().getCreationTimestamp(), ""))
          .thenComparing(it -> it.getMetadata().getNamespace())
          .thenComparing(it -> it.getMetadata().getName());

  private SameCollection() {}

  /**
   * The older TieredCollection of the same collection, which holds, in words; empty where there is none.
   *
   * @param all that are watched; those in namespaces of other operators are unknown
   * @param peers ids of the peers of its Qdrant, as far as they are known
   */
  public static Optional<String> older(
      TieredCollection collection, Stream<TieredCollection> all, Set<String> peers) {
    return all.filter(other -> !key(other).equals(key(collection)))
        .filter(other -> OLDEST_FIRST.compare(other, collection) < 0)
        .filter(other -> same(collection, other, peers))
        .min(OLDEST_FIRST)
        .map(
            other -> "spec.collection: " + collection.getSpec().collection()
                + " is governed by the older TieredCollection " + key(other)
                + "; allowed: one TieredCollection for each collection in Qdrant. Delete one of the two");
  }

  /** The peer that its status names; empty before its first evaluation. */
  public static Set<String> knownPeers(TieredCollection collection) {
    TieredCollectionStatus status = collection.getStatus();
    return status == null || status.fallback() == null || status.fallback().peer() == null
        ? Set.of()
        : Set.of(status.fallback().peer());
  }

  private static boolean same(TieredCollection one, TieredCollection other, Set<String> peers) {
    return other.getSpec() != null
        && Objects.equals(one.getSpec().collection(), other.getSpec().collection())
        && (endpoints(one).stream().anyMatch(endpoints(other)::contains)
            || knownPeers(other).stream().anyMatch(peers::contains));
  }

  private static Set<String> endpoints(TieredCollection collection) {
    TieredCollectionSpec.Qdrant qdrant = collection.getSpec().qdrant();
    List<String> endpoints =
        qdrant == null || qdrant.endpoints() == null ? List.of() : qdrant.endpoints();
    return endpoints.stream()
        .map(endpoint -> endpoint.toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static String key(TieredCollection collection) {
    return collection.getMetadata().getNamespace() + "/"
        + collection.getMetadata().getName();
  }
}
