package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.events.EventRecorder;
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
            new EventRecorder(client, "test", () -> Instant.EPOCH),
            new StatusWriter(client, () -> Instant.EPOCH),
            Pace.brisk().withKeepFinishedPerTenant(3))
        .tidy(moves);
    assertThat(client.resources(TierMove.class).inNamespace("default").list().getItems())
        .extracting(move -> move.getMetadata().getName())
        .containsExactlyInAnyOrder("acme-1", "acme-2", "acme-5", "acme-6", "globex-1");
  }

  /** A policy, a quota or a conflict must not cost the other deletions, nor the evaluation that made this one. */
  @Test
  void aRefusedDeleteCostsThatDeleteOnlyAndIsReportedOnce() {
    Crds.all().forEach(crd -> client.resource(crd).create());
    for (int i = 1; i <= 4; i++) {
      move("acme-" + i, "acme", "Succeeded", i);
    }
    try (KubernetesClient refused = new KubernetesClientBuilder()
        .withConfig(client.getConfiguration())
        .withHttpClientBuilderConsumer(
            builder -> builder.addOrReplaceInterceptor("refuses", new Refusal("acme-2")))
        .build()) {
      MoveTidier tidier = new MoveTidier(
          refused,
          new EventRecorder(client, "test", () -> Instant.EPOCH),
          new StatusWriter(client, () -> Instant.EPOCH),
          Pace.brisk().withKeepFinishedPerTenant(1));
      tidier.tidy(moves);
      tidier.tidy(moves);
    }
    assertThat(client.resources(TierMove.class).inNamespace("default").list().getItems())
        .extracting(move -> move.getMetadata().getName())
        .containsExactlyInAnyOrder("acme-2", "acme-4");
    assertThat(client.events().v1().events().inNamespace("default").list().getItems())
        .singleElement()
        .satisfies(event -> {
          assertThat(event.getReason()).isEqualTo("DeleteRefused");
          assertThat(event.getRegarding().getName()).isEqualTo("acme-2");
          assertThat(event.getNote()).contains("not this one");
        });
  }

  /** Answers the deletion of one object as an admission policy does. */
  private record Refusal(String name) implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request.method().equals("DELETE") && request.uri().getPath().endsWith("/" + name)) {
        throw new KubernetesClientException(
            "refused",
            403,
            new StatusBuilder().withCode(403).withMessage("not this one").build());
      }
    }
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
