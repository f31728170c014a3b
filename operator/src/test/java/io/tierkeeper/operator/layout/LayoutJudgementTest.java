package io.tierkeeper.operator.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.policy.TenantIntents.Obstacle;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.PeerObservation;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which collections are governed, and what is said of the others. */
class LayoutJudgementTest {
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final TieredCollectionSpec SPEC = Serialization.unmarshal(
      "collection: kb\ntenantKey: group_id\nfallbackShardKey: default\n",
      TieredCollectionSpec.class);
  private static final List<Replica> ONE_SHARD =
      List.of(new Replica(1, 1, FALLBACK, ReplicaState.ACTIVE, 10));
  private static final Map<String, IndexedField> INDEXED =
      Map.of("group_id", new IndexedField("keyword", true));

  /** Nothing here may ask a server. */
  private static final QdrantWrites UNUSED = (QdrantWrites) Proxy.newProxyInstance(
      QdrantWrites.class.getClassLoader(),
      new Class<?>[] {QdrantWrites.class},
      (self, method, args) -> {
        throw new AssertionError("asked " + method.getName());
      });

  @ParameterizedTest
  @ValueSource(strings = {"1.9.7", "1.16.3"})
  void refusesServersThatLoseWritesInAMove(String version) {
    Finding finding = invalid(layout(ONE_SHARD, version, version), INDEXED).orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.QDRANT_VERSION_UNSUPPORTED);
    assertThat(finding.message()).contains(version).contains("1.17.0 or newer");
  }

  @Test
  void reportsWorkingKeysOnlyOfMovesThatDoNotExist() {
    TierMove existing = new TierMove();
    existing.getMetadata().setUid("uid-1");
    List<Replica> replicas = new ArrayList<>(ONE_SHARD);
    String id = Move.keyId("uid-1");
    replicas.add(new Replica(2, 1, ReservedNames.freezeSource(id), ReplicaState.ACTIVE, 0));
    replicas.add(new Replica(3, 1, ReservedNames.thawedCopy(id), ReplicaState.PARTIAL, 0));
    ClusterLayout own = layout(replicas, "1.19.0");
    assertThat(WorkingKeyFindings.of("kb", own, List.of(existing))).isEmpty();
    assertThat(WorkingKeyFindings.of("kb", layout(ONE_SHARD, "1.19.0"), List.of()))
        .isEmpty();
    Finding finding = WorkingKeyFindings.of("kb", own, List.of()).orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.WORKING_KEYS_LEFT);
    assertThat(finding.message())
        .contains(
            "of move " + id + ": tierkeeper/" + id + "/y (ACTIVE, 0 points, on peer 1), tierkeeper/"
                + id + "/z (PARTIAL, 0 points, on peer 1)",
            "docs/runbooks/WorkingKeysLeft.md",
            "{\"shard_key\":\"tierkeeper/" + id + "/z\"}");
  }

  @Test
  void saysWhatToConfigureWhereTheEndpointsReachOnlySomePeers() {
    TieredCollectionSpec spec = Serialization.unmarshal(
        "qdrant: {endpoints: ['http://qdrant.qdrant:6334']}\ncollection: kb\n",
        TieredCollectionSpec.class);
    ClusterLayout one = layout(ONE_SHARD, "1.19.0");
    assertThat(LayoutJudgement.incomplete(one)).isTrue();
    Finding finding = LayoutJudgement.unreached(spec, one).orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.PEERS_NOT_REACHED);
    assertThat(finding.message())
        .contains("has 2 peers", "http://qdrant.qdrant:6334 reaches 1", "headless Service");
    ClusterLayout both = layout(ONE_SHARD, "1.19.0", "1.19.0");
    assertThat(LayoutJudgement.incomplete(both)).isFalse();
    assertThat(LayoutJudgement.unreached(spec, both)).isEmpty();
  }

  @Test
  void saysThatTheKeyIsRefused() {
    Finding finding = LayoutJudgement.unreachable(
            new ClusterLayout("kb", List.of(), List.of("http://q:6334 (status: HTTP 403)"), true))
        .orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.CREDENTIALS_REFUSED);
    assertThat(finding.message()).contains("HTTP 403", "manage rights");
  }

  @Test
  void refusesWhilePeersRunDifferentVersions() {
    Finding finding = invalid(layout(ONE_SHARD, "1.18.3", "1.19.0"), INDEXED).orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.QDRANT_VERSION_UNSUPPORTED);
    assertThat(finding.message()).contains("1.18.3", "1.19.0", "wait until the roll-out");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.17.0", "1.17.1", "1.18.3"})
  void servesOlderServersWithAWarning(String version) {
    ClusterLayout layout = layout(ONE_SHARD, version, version);
    assertThat(invalid(layout, INDEXED)).isEmpty();
    assertThat(layout.versionWarning())
        .hasValueSatisfying(
            warning -> assertThat(warning).contains(version).contains("1.19.0 or newer"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.19.0", "1.20.1", "2.0.0"})
  void servesNewServersInSilence(String version) {
    ClusterLayout layout = layout(ONE_SHARD, version, version);
    assertThat(invalid(layout, INDEXED)).isEmpty();
    assertThat(layout.versionWarning()).isEmpty();
  }

  @Test
  void namesTheTenantKeyThatHasNoFittingIndex() {
    ClusterLayout layout = layout(ONE_SHARD, "1.19.0");
    assertThat(invalid(layout, Map.of()).orElseThrow().message())
        .contains("spec.tenantKey: group_id has no payload index");
    assertThat(invalid(layout, Map.of("group_id", new IndexedField("keyword", false)))
            .orElseThrow()
            .message())
        .contains("without is_tenant");
  }

  @Test
  void namesTheFallbackThatIsMissingOrHasSeveralShards() {
    assertThat(invalid(layout(List.of(), "1.19.0"), INDEXED).orElseThrow().reason())
        .isEqualTo(Reasons.FALLBACK_MISSING);
    List<Replica> two = new ArrayList<>(ONE_SHARD);
    two.add(new Replica(2, 1, FALLBACK, ReplicaState.ACTIVE, 10));
    assertThat(invalid(layout(two, "1.19.0"), INDEXED).orElseThrow().reason())
        .isEqualTo(Reasons.FALLBACK_HAS_SEVERAL_SHARDS);
  }

  @Test
  void refusesACollectionOfAutomaticSharding() {
    CollectionDescription automatic = new CollectionDescription("kb", false, 1, 1, INDEXED, 10);
    assertThat(LayoutJudgement.invalid(SPEC, FALLBACK, layout(ONE_SHARD, "1.19.0"), automatic)
            .orElseThrow()
            .reason())
        .isEqualTo(Reasons.SHARDING_NOT_CUSTOM);
  }

  @Test
  void refusesAnIntegerIndexThatFindsNoValues() {
    Finding finding = invalid(
            layout(ONE_SHARD, "1.19.0"),
            Map.of("group_id", new IndexedField("integer", false, false)))
        .orElseThrow();
    assertThat(finding.reason()).isEqualTo(Reasons.TENANT_INDEX_WITHOUT_LOOKUP);
    assertThat(finding.message()).contains("group_id", "lookup true");
  }

  @Test
  void refusesATenantWhoseKeyHasSeveralShards() {
    TenantId acme = TenantId.of("acme");
    List<Replica> replicas = new ArrayList<>(ONE_SHARD);
    for (int peer = 1; peer <= 2; peer++) {
      replicas.add(new Replica(2, peer, ShardKey.of(acme), ReplicaState.ACTIVE, 10));
      replicas.add(new Replica(4, peer, ShardKey.of("globex"), ReplicaState.ACTIVE, 10));
    }
    assertThat(obstacles(replicas)).isEmpty();
    replicas.add(new Replica(3, 1, ShardKey.of(acme), ReplicaState.ACTIVE, 10));
    assertThat(obstacles(replicas))
        .containsExactly(Map.entry(
            acme,
            new Obstacle(
                Reasons.DEDICATED_KEY_HAS_SEVERAL_SHARDS,
                "spec.tenant: shard key acme has 2 shards; allowed: exactly one. Create it anew with"
                    + " shards_number 1")));
  }

  private static Map<TenantId, Obstacle> obstacles(List<Replica> replicas) {
    return TenantObstacles.of(
        Set.of(TenantId.of("acme"), TenantId.of("globex"), TenantId.of("initech")),
        SPEC,
        new IndexedField("keyword", true),
        layout(replicas, "1.19.0"),
        Anomalies.NONE);
  }

  private static Optional<Finding> invalid(
      ClusterLayout layout, Map<String, IndexedField> indexes) {
    return LayoutJudgement.invalid(
        SPEC, FALLBACK, layout, new CollectionDescription("kb", true, 1, 1, indexes, 10));
  }

  /** One peer for each version; all show these replicas. */
  private static ClusterLayout layout(List<Replica> replicas, String... versions) {
    List<PeerObservation> peers = new ArrayList<>();
    for (int peer = 1; peer <= versions.length; peer++) {
      peers.add(new PeerObservation(
          UNUSED,
          new PeerStatus(versions[peer - 1], peer, Set.of(1L, 2L), 1, 1, 0, true),
          new PeerView(peer, replicas, List.of(), 0)));
    }
    return new ClusterLayout("kb", peers, List.of());
  }
}
