package io.tierkeeper.cli.check;

import io.tierkeeper.api.v1alpha1.PolicyDefaults;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.cli.check.Gate.Result;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.layout.LayoutJudgement;
import io.tierkeeper.operator.layout.StrictModeJudgement;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Evaluates all gates of a collection, as the operator does, one after the other. */
final class CollectionCheck {
  private static final String KEY = "API key";
  private static final String SHARDING = "sharding";
  private static final String INDEX = "tenant index";
  private static final String FALLBACK = "fallback key";
  private static final String STRICT = "strict mode";
  private static final String SETTLED = "settled";
  private static final String TENANTS = "tenants";

  /** Ids in one deletion, by default of {@code spec.moves.retain.deleteBatch} of a TierPolicy. */
  private static final int DELETE_BATCH = PolicyDefaults.DELETE_BATCH;

  /** Tenants that are counted, at most. */
  private static final int FACET = 10_000;

  private static final int SHOWN = 3;

  private final QdrantCluster cluster;
  private final TieredCollectionSpec spec;
  private final String collection;
  private final ShardKey fallback;
  private final List<Gate> gates = new ArrayList<>();

  /** @param spec what a TieredCollection would say */
  CollectionCheck(
      QdrantCluster cluster, TieredCollectionSpec spec, String collection, ShardKey fallback) {
    this.cluster = cluster;
    this.spec = spec;
    this.collection = collection;
    this.fallback = fallback;
  }

  /** All gates, in the order in which they depend on each other. */
  List<Gate> run() {
    ClusterLayout layout = new LayoutObserver(cluster).observe(collection);
    Optional<Finding> unreachable = LayoutJudgement.unreachable(layout);
    add("peers", unreachable.or(() -> LayoutJudgement.unreached(spec, layout)), () -> {
      int peers = layout.peers().size();
      return peers + (peers == 1 ? " peer answers" : " peers answer");
    });
    if (unreachable.isPresent()) {
      skip(
          "needs an answer",
          "version",
          KEY,
          "collection",
          SHARDING,
          INDEX,
          FALLBACK,
          STRICT,
          SETTLED,
          TENANTS);
      return gates;
    }
    Optional<String> old = layout.versionWarning();
    add("version", LayoutJudgement.version(layout), () -> String.join(", ", layout.versions()));
    old.ifPresent(warning -> gates.set(gates.size() - 1, warned(gates.getLast(), warning)));
    key();
    Optional<String> aliased = cluster.peers().getFirst().aliased(collection);
    Optional<CollectionDescription> described = cluster.peers().getFirst().describe(collection);
    if (aliased.isPresent() || described.isEmpty() || !layout.exists()) {
      add(
          "collection",
          aliased
              .map(target -> LayoutJudgement.alias(collection, target))
              .or(() -> LayoutJudgement.missing(spec)),
          () -> "");
      skip("needs the collection", SHARDING, INDEX, FALLBACK, STRICT, SETTLED, TENANTS);
      return gates;
    }
    CollectionDescription description = described.get();
    add("collection", Optional.empty(), () -> collection(description));
    add(SHARDING, LayoutJudgement.sharding(spec, description), () -> "custom");
    if (!description.customSharding()) {
      skip("needs a collection with custom sharding", INDEX, FALLBACK, STRICT, SETTLED, TENANTS);
      return gates;
    }
    Optional<Finding> index = LayoutJudgement.tenantIndex(spec, description);
    add(
        INDEX,
        index,
        () ->
            spec.tenantKey() + " as " + description.tenantKind(spec.tenantKey()).word());
    add(
        FALLBACK,
        LayoutJudgement.fallback(fallback, layout, collection),
        () -> fallback + ", 1 shard on " + replicas(layout));
    add(
        STRICT,
        StrictModeJudgement.of(description, DELETE_BATCH),
        () -> "refuses no call of Tierkeeper");
    if (LayoutJudgement.incomplete(layout)) {
      skip("needs all peers", SETTLED);
    } else {
      add(
          SETTLED,
          layout
              .disagreement()
              .map(why -> new Finding("", why))
              .or(() -> LayoutJudgement.foreignMover(layout, Set.of())),
          () -> "all peers agree, and no shard is being transferred");
    }
    if (index.isPresent()) {
      skip("needs the tenant index", TENANTS);
    } else {
      tenants(cluster.peers().getFirst());
    }
    return gates;
  }

  private String replicas(ClusterLayout layout) {
    int replicas = layout.replicas(fallback).size();
    return replicas + (replicas == 1 ? " peer" : " peers");
  }

  private static String collection(CollectionDescription description) {
    return String.format(
        Locale.ROOT,
        "%s, about %,d points, replication factor %d",
        description.name(),
        description.points(),
        description.replicationFactor());
  }

  /** Removes an alias that does not exist, which needs the rights that moves need and changes nothing. */
  private void key() {
    QdrantWrites peer = cluster.peers().getFirst();
    Supplier<Optional<Finding>> probe = () -> {
      try {
        peer.setAlias("tierkeeper-check-" + UUID.randomUUID(), null);
        return Optional.empty();
      } catch (QdrantException.CredentialsRefused e) {
        return Optional.of(new Finding(
            "",
            "the API key may read and not change: " + e.getMessage()
                + "; required: a key with manage rights, not limited to a collection"));
      }
    };
    try {
      add(KEY, probe.get(), () -> "may change collections");
    } catch (QdrantException e) {
      gates.add(new Gate(KEY, Result.WARNING, "its rights could not be tried: " + e.getMessage()));
    }
  }

  private void tenants(QdrantReads peer) {
    String field = String.valueOf(spec.tenantKey());
    try {
      List<FacetHit> hits = peer.facet(collection, ShardSelector.all(), field, FACET);
      long all = peer.count(collection, ShardSelector.all(), null);
      long none = peer.count(
          collection,
          ShardSelector.all(),
          new Filter(List.of(new Filter.IsEmpty(field)), List.of()));
      String largest = hits.stream()
          .limit(SHOWN)
          .map(hit -> String.format(
              Locale.ROOT, "%s %.1f %%", hit.tenant(), 100.0 * hit.count() / Math.max(1, all)))
          .collect(Collectors.joining(", "));
      String found = (hits.size() == FACET ? "at least " : "")
          + hits.size()
          + (hits.size() == 1 ? " tenant" : " tenants")
          + (largest.isEmpty() ? "" : "; the largest: " + largest);
      gates.add(
          none == 0
              ? new Gate(TENANTS, Result.OK, found)
              : new Gate(
                  TENANTS,
                  Result.WARNING,
                  found + "; " + none + " points have no value in " + field
                      + ": no tenant finds them, and they stay in the fallback"));
    } catch (QdrantException.Rejected e) {
      gates.add(new Gate(TENANTS, Result.WARNING, "cannot be counted: " + e.getMessage()));
    }
  }

  private void add(String name, Optional<Finding> finding, Supplier<String> detail) {
    gates.add(finding
        .map(found -> new Gate(name, Result.FAILED, CheckText.options(found.message())))
        .orElseGet(() -> new Gate(name, Result.OK, detail.get())));
  }

  private static Gate warned(Gate gate, String warning) {
    return gate.result() == Result.OK ? new Gate(gate.name(), Result.WARNING, warning) : gate;
  }

  private void skip(String why, String... names) {
    for (String name : names) {
      gates.add(new Gate(name, Result.SKIPPED, why));
    }
  }
}
