package io.tierkeeper.operator.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often the same event is written. */
class EventRecorderTest {

  private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
  private final KubernetesClient client = kubernetes.client();
  private Instant now = Instant.parse("2026-11-21T00:00:00Z");

  @AfterEach
  void stop() {
    client.close();
    kubernetes.close();
  }

  @Test
  void theSameEventIsWrittenOnceInTenMinutesAndAnotherOneAtOnce() {
    HasMetadata about = client
        .resource(new ConfigMapBuilder()
            .withNewMetadata()
            .withName("about")
            .withNamespace("default")
            .endMetadata()
            .build())
        .create();
    // Two leaders, one after the other.
    for (int leader = 0; leader < 2; leader++) {
      EventRecorder events = new EventRecorder(client, "leader-" + leader, () -> now);
      for (int i = 0; i < 20; i++) {
        events.warning(about, "Evaluate", "QdrantUnreachable", "no answer");
        now = now.plusSeconds(1);
      }
    }
    assertThat(count()).isEqualTo(1);
    EventRecorder events = new EventRecorder(client, "leader", () -> now);
    events.warning(about, "Evaluate", "CredentialsRefused", "no answer");
    assertThat(count()).isEqualTo(2);
    now = now.plusSeconds(600);
    events.warning(about, "Evaluate", "QdrantUnreachable", "no answer");
    assertThat(count()).isEqualTo(3);
  }

  private int count() {
    return client
        .resources(Event.class)
        .inNamespace("default")
        .list()
        .getItems()
        .size();
  }
}
