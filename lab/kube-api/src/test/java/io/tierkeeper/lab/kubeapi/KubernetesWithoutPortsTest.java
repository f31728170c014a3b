package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KubernetesWithoutPortsTest {

  private final AtomicLong ids = new AtomicLong();
  private final KubernetesWithoutPorts kubernetes = new KubernetesWithoutPorts(
      KubernetesWithoutPorts.Definitions.of(List.of()),
      Clock.fixed(Instant.parse("2026-03-01T00:00:00Z"), ZoneOffset.UTC),
      () -> new UUID(0, ids.incrementAndGet()).toString());

  private static ConfigMap map(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace("default")
        .endMetadata()
        .addToData("a", "b")
        .build();
  }

  @Test
  void answersOnTheCallingThread() {
    List<Thread> threads = new ArrayList<>();
    KubernetesClient client = kubernetes.client((request, server) -> {
      threads.add(Thread.currentThread());
      return server.get();
    });
    ConfigMap made = client.resource(map("one")).create();
    assertThat(made.getMetadata().getCreationTimestamp()).isEqualTo("2026-03-01T00:00:00Z");
    assertThat(client.configMaps().withName("one").get().getData()).containsEntry("a", "b");
    assertThat(client.configMaps().withName("two").get()).isNull();
    assertThat(threads).hasSize(3).containsOnly(Thread.currentThread());
  }

  @Test
  void aLostAnswerComesAfterTheEffectAndALostCallWithoutIt() {
    KubernetesClient all = kubernetes.client((request, server) -> server.get());
    KubernetesClient losesAnswers = kubernetes.client((request, server) -> {
      throw new IOException("lost, it was " + server.get().code());
    });
    KubernetesClient losesCalls = kubernetes.client((request, server) -> {
      throw new IOException("lost");
    });
    assertThatThrownBy(() -> losesAnswers.resource(map("one")).create())
        .isInstanceOf(KubernetesClientException.class);
    assertThatThrownBy(() -> losesCalls.resource(map("two")).create())
        .isInstanceOf(KubernetesClientException.class);
    assertThat(all.configMaps().inNamespace("default").list().getItems())
        .extracting(found -> found.getMetadata().getName())
        .containsExactly("one");
  }

  @Test
  void watchersReceiveWhatIsThereAndThenEachChange() {
    KubernetesClient client = kubernetes.client((request, server) -> server.get());
    List<String> events = new ArrayList<>();
    Runnable end = kubernetes.watch(
        "coordination.k8s.io/v1",
        "leases",
        (type, object) -> events.add(type + " " + object.at("/metadata/name").asText()));
    Lease lease = new LeaseBuilder()
        .withNewMetadata()
        .withName("l")
        .withNamespace("default")
        .endMetadata()
        .build();
    client.resource(lease).create();
    client.resource(lease).delete();
    end.run();
    client.resource(lease).create();
    assertThat(events).containsExactly("ADDED l", "DELETED l");
  }
}
