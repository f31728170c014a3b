package io.tierkeeper.lab.kubeapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Two holders that want the same lease. */
class LeaderElectionTest {
  private final List<String> leaders = new CopyOnWriteArrayList<>();

  private CompletableFuture<?> candidate(KubernetesClient client, String identity) {
    return client
        .leaderElector()
        .withConfig(new LeaderElectionConfigBuilder()
            .withName("tierkeeper")
            .withLock(new LeaseLock("default", "tierkeeper", identity))
            .withLeaseDuration(Duration.ofSeconds(2))
            .withRenewDeadline(Duration.ofMillis(1500))
            .withRetryPeriod(Duration.ofMillis(200))
            .withReleaseOnCancel(true)
            .withLeaderCallbacks(new LeaderCallbacks(
                () -> leaders.add(identity), () -> leaders.remove(identity), id -> {}))
            .build())
        .build()
        .start();
  }

  @Test
  void hasOneLeaderAndHandsOver() {
    try (EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start()) {
      CompletableFuture<?> first = candidate(kubernetes.client(), "first");
      await().until(() -> leaders.contains("first"));
      CompletableFuture<?> second = candidate(kubernetes.client(), "second");
      await()
          .during(Duration.ofMillis(1200))
          .atMost(Duration.ofSeconds(5))
          .until(() -> leaders.equals(List.of("first")));
      first.cancel(true);
      await().atMost(Duration.ofSeconds(10)).until(() -> leaders.equals(List.of("second")));
      assertThat(kubernetes
              .client()
              .leases()
              .inNamespace("default")
              .withName("tierkeeper")
              .get()
              .getSpec()
              .getHolderIdentity())
          .isEqualTo("second");
      second.cancel(true);
    }
  }
}
