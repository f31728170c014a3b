package io.tierkeeper.huf;

import io.tierkeeper.evaluation.KeyCounts;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.MeasurementObserver;
import io.tierkeeper.evaluation.MeasurementRequest;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.evaluation.UnindexedCounts;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The composition of a collection as Qdrant shows it now, measured as the operator does. */
public final class LiveScores {

  private LiveScores() {}

  /**
   * Measures a collection.
   *
   * @param cluster its name in the references
   * @throws IllegalArgumentException when the collection or the index on the tenant field does not exist, or a peer is
   *     silent
   * @throws io.tierkeeper.qdrant.QdrantException when a call fails
   */
  public static HufSource measure(
      QdrantCluster qdrant,
      String cluster,
      String collection,
      String tenantKey,
      ShardKey fallback,
      InstantSource clock) {
    ClusterLayout layout = new LayoutObserver(qdrant).observe(collection);
    if (layout.peers().isEmpty()) {
      throw new IllegalArgumentException("no peer of " + cluster + " answered: " + layout.silent());
    }
    if (!layout.exists()) {
      throw new IllegalArgumentException(
          "collection " + collection + " does not exist in " + cluster);
    }
    if (!layout.keys().contains(fallback)) {
      throw new IllegalArgumentException("collection " + collection + " has no shard key "
          + fallback + "; it has " + layout.keys());
    }
    Set<ShardKey> keys = layout.keys().stream()
        .filter(key -> !key.equals(fallback) && !ReservedNames.isWorkingKey(key))
        .filter(key -> layout.state(key) == KeyState.ACTIVE)
        .collect(Collectors.toSet());
    QdrantReads port = layout.peers().getFirst().port();
    IndexedField index = port.describe(collection)
        .map(description -> description.indexedFields().get(tenantKey))
        .orElseThrow(() -> new IllegalArgumentException(
            "field " + tenantKey + " of collection " + collection + " has no payload index"));
    Measurement measured = new MeasurementObserver(clock)
        .measure(
            port,
            new MeasurementRequest(
                collection,
                tenantKey,
                index,
                fallback,
                keys,
                Set.of(),
                true,
                MeasurementObserver.FACET_LIMIT,
                new UnindexedCounts(),
                new KeyCounts(),
                DecisionPolicy.defaults()));
    TenantId.Kind kind = index.type().equals(TenantId.Kind.INTEGER.word())
        ? TenantId.Kind.INTEGER
        : TenantId.Kind.KEYWORD;
    SortedMap<String, TenantCount> byText = new TreeMap<>();
    measured.tenants().forEach((tenant, count) -> byText.put(tenant.text(kind), count));
    return source(measured.at(), byText, cluster, collection, tenantKey, fallback);
  }

  private static HufSource source(
      Instant at,
      SortedMap<String, TenantCount> rows,
      String cluster,
      String collection,
      String tenantKey,
      ShardKey fallback) {
    long total = rows.values().stream().mapToLong(TenantCount::points).sum();
    String digest = HufItem.hash(rows.entrySet().stream()
        .map(row -> row.getKey() + "=" + row.getValue().points())
        .collect(Collectors.joining("\n")));
    String dataset = cluster + "/" + collection + "@" + at;
    String inputs = "qdrant://" + dataset + "|" + total + "|" + digest;
    return new HufSource(
        dataset,
        at,
        rows.entrySet().stream()
            .map(row -> TenantItems.of(
                collection,
                row.getKey(),
                row.getValue().dedicated() ? row.getKey() : fallback.toString(),
                row.getValue().points(),
                inputs,
                "tenant_mass(metric=Points,tenant_key=" + tenantKey + ")"))
            .toList());
  }
}
