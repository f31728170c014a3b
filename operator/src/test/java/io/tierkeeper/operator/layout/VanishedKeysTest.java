package io.tierkeeper.operator.layout;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@NullUnmarked
class VanishedKeysTest {

  private static final TenantId ACME = TenantId.of("acme");
  private static final ClusterLayout WITHOUT_THE_KEY =
      new ClusterLayout("kb", List.of(), List.of());

  private final KubernetesClient client = new KubernetesClientBuilder().build();
  private final StatusWriter statuses = new StatusWriter(client, () -> Instant.EPOCH);

  @AfterEach
  void close() {
    client.close();
  }

  @Test
  void aKeyThatNoMoveHasRemovedHasVanished() {
    assertThat(vanished()).isTrue();
    assertThat(vanished(move("Promote", "Succeeded", 1, 1))).isTrue();
    assertThat(vanished(move("Promote", "Succeeded", 1, 1), move("Demote", "Aborted", 2, 2)))
        .isTrue();
    assertThat(vanished(move("Demote", "Succeeded", 1, 1), move("Promote", "Succeeded", 2, 2)))
        .isTrue();
  }

  @Test
  void aDemotionHasRemovedTheKeyWhateverTheClocksOfTheOperatorsSay() {
    assertThat(vanished(move("Promote", "Succeeded", 1, 1), move("Demote", "Succeeded", 2, 2)))
        .isFalse();
    // The operator that ended the demotion had a clock that was hours slow.
    assertThat(vanished(
            move("Promote", "Succeeded", 3, 3),
            move("Demote", "Aborted", 4, 4),
            move("Demote", "Succeeded", 5, 1)))
        .isFalse();
  }

  @Test
  void aPlanThatExpiredHasRemovedNothing() {
    assertThat(vanished(
            move("Promote", "Succeeded", 1, 1),
            move("Demote", "Succeeded", 2, 2),
            move("Demote", "Expired", 3, 3)))
        .isFalse();
  }

  @Test
  void aDemotionAtWorkExplainsItBesideASecondPlanThatWaits() {
    assertThat(vanished(
            move("Promote", "Succeeded", 1, 1),
            move("Demote", "CleaningUp", 2, 2),
            move("Demote", "AwaitingApproval", 3, 3)))
        .isFalse();
    assertThat(vanished(
            move("Promote", "Succeeded", 1, 1),
            move("Demote", "AwaitingApproval", 2, 2),
            move("Demote", "CleaningUp", 3, 3)))
        .isFalse();
    assertThat(vanished(move("Promote", "Succeeded", 1, 1), move("Demote", "Pending", 2, 2)))
        .isTrue();
  }

  @Test
  void aMoveThatEndedAfterTheLayoutWasObservedExplainsIt() {
    TierMove promoted = move("Promote", "Succeeded", 2, 2);
    assertThat(vanished(Map.of(), promoted)).isFalse();
    assertThat(vanished(Map.of(ACME, "m1"), move("Demote", "Succeeded", 1, 1), promoted))
        .isFalse();
    assertThat(vanished(Map.of(ACME, "m2"), promoted)).isTrue();
  }

  private boolean vanished(TierMove... moves) {
    return vanished(MoveFacts.of(List.of(moves), statuses).lastEnded(), moves);
  }

  private boolean vanished(Map<TenantId, String> lastEnded, TierMove... moves) {
    TenantTier tier = resource(TenantTier.class, """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: kb-acme, namespace: default}
        spec: {collectionRef: {name: kb}, tenant: acme}
        status: {tier: Dedicated}
        """);
    return VanishedKeys.of(
            Map.of(ACME, new TenantIntents.Valid(tier, null)),
            WITHOUT_THE_KEY,
            lastEnded,
            MoveFacts.of(List.of(moves), statuses),
            statuses)
        .containsKey(ACME);
  }

  private static TierMove move(String direction, String phase, int createdAt, int finishedAt) {
    return resource(TierMove.class, """
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierMove
        metadata: {name: m%2$d, namespace: default, creationTimestamp: "2026-11-21T0%2$d:00:00Z"}
        spec: {collectionRef: {name: kb}, tenant: acme, direction: %1$s}
        status: {phase: %3$s, finishedAt: "2026-11-21T0%4$d:00:00Z"}
        """.formatted(direction, createdAt, phase, finishedAt));
  }

  private static <T extends HasMetadata> T resource(Class<T> kind, String yaml) {
    T resource = Serialization.unmarshal(yaml, kind);
    resource.getMetadata().setUid(resource.getMetadata().getName());
    return resource;
  }
}
