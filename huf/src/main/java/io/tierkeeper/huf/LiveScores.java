package io.tierkeeper.huf;

import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.MeasurementObserver;
import io.tierkeeper.evaluation.MeasurementRequest;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ShardKey;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The composition of a collection as Qdrant shows it now, measured as the operator does. */
public final class LiveScores {

  private LiveScores() {}

  /**
   * Measures a collection.
   *
   * @param cluster its name in the references
   * @throws IllegalArgumentException when the collection does not exist or a peer is silent
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
    Set<ShardKey> dedicated = layout.keys().stream()
        .filter(key -> !key.equals(fallback) && !key.toString().startsWith(Move.WORKING_KEY_PREFIX))
        .filter(key -> layout.state(key) == KeyState.ACTIVE)
        .collect(Collectors.toSet());
    QdrantReads port = layout.peers().getFirst().port();
    Measurement measured = new MeasurementObserver(clock)
        .measure(
            port,
            new MeasurementRequest(
                collection,
                tenantKey,
                fallback,
                dedicated,
                Set.of(),
                true,
                DecisionPolicy.defaults()));
    return source(measured, cluster, collection, tenantKey, fallback);
  }

  private static HufSource source(
      Measurement measured,
      String cluster,
      String collection,
      String tenantKey,
      ShardKey fallback) {
    List<Map.Entry<ShardKey, TenantCount>> rows = measured.tenants().entrySet().stream()
        .sorted(Map.Entry.comparingByKey(java.util.Comparator.comparing(ShardKey::toString)))
        .toList();
    long total = rows.stream().mapToLong(row -> row.getValue().points()).sum();
    String digest = HufItem.hash(rows.stream()
        .map(row -> row.getKey() + "=" + row.getValue().points())
        .collect(Collectors.joining("\n")));
    String dataset = cluster + "/" + collection + "@" + measured.at();
    String inputs = "qdrant://" + dataset + "|" + total + "|" + digest;
    return new HufSource(
        dataset,
        measured.at(),
        rows.stream()
            .map(row -> TenantItems.of(
                collection,
                row.getKey().toString(),
                (row.getValue().dedicated() ? row.getKey() : fallback).toString(),
                row.getValue().points(),
                inputs,
                "tenant_mass(metric=Points,tenant_key=" + tenantKey + ")"))
            .toList());
  }
}
