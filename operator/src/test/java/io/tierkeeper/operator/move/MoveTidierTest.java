package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.status.StatusWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many finished moves of a tenant stay, and which. */
class MoveTidierTest {

  private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
  private final KubernetesClient client = kubernetes.client();
  private final List<TierMove> moves = new ArrayList<>();

  @AfterEach
  void stop() {
    client.close();
    kubernetes.close();
  }

  @Test
  void keepsTheNewestAndExpiredPlansOnlyWhereThereIsRoom() {
    Crds.all().forEach(crd -> client.resource(crd).create());
    move("acme-1", "acme", "Succeeded", 1);
    move("acme-2", "acme", "Aborted", 2);
    move("acme-3", "acme", "Expired", 3);
    move("acme-4", "acme", "Expired", 4);
    move("acme-5", "acme", "Expired", 5);
    move("acme-6", "acme", "Copying", 6);
    move("globex-1", "globex", "Expired", 1);
    new MoveTidier(
            client,
            new StatusWriter(client, () -> Instant.EPOCH),
            Pace.brisk().withKeepFinishedPerTenant(3))
        .tidy(moves);
    assertThat(client.resources(TierMove.class).inNamespace("default").list().getItems())
        .extracting(move -> move.getMetadata().getName())
        .containsExactlyInAnyOrder("acme-1", "acme-2", "acme-5", "acme-6", "globex-1");
  }

  private void move(String name, String tenant, String phase, int hour) {
    TierMove move =
        Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TierMove
        metadata: {name: %s, namespace: default}
        spec:
          collectionRef: {name: kb}
          tenant: %s
          direction: Promote
          planHash: "sha256:%s"
          plan: {points: 1, steps: [one]}
        """.formatted(name, tenant, "0".repeat(64)), TierMove.class);
    TierMove created = client.resource(move).create();
    created.getMetadata().setCreationTimestamp("2026-11-21T0" + hour + ":00:00Z");
    created.setStatus(Serialization.unmarshal(
        "phase: " + phase, io.tierkeeper.api.v1alpha1.TierMoveStatus.class));
    moves.add(created);
  }
}
