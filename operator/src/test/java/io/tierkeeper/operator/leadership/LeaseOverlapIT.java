package io.tierkeeper.operator.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import io.tierkeeper.operator.config.LeaderElection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Two replicas, of which the leading one is cut off from the API server. */
class LeaseOverlapIT {

  private static final LeaderElection QUICK = new LeaderElection(
      true,
      "tierkeeper",
      "default",
      Duration.ofSeconds(6),
      Duration.ofSeconds(4),
      Duration.ofMillis(500));

  @Test
  void theSecondReplicaLeadsOnlyAfterTheFirstHasStoppedLeading() throws Exception {
    AtomicBoolean firstLost = new AtomicBoolean();
    try (EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
        Link link = new Link(kubernetes.url().getPort());
        KubernetesClient toOne = client(kubernetes, "http://127.0.0.1:" + link.port());
        KubernetesClient toTwo = client(kubernetes, kubernetes.url().toString());
        LeaseElection one = new LeaseElection(toOne, QUICK, "one", System::nanoTime, () -> 0);
        LeaseElection two = new LeaseElection(toTwo, QUICK, "two", System::nanoTime, () -> 0)) {
      one.start(listener(() -> firstLost.set(true)));
      await().atMost(Duration.ofSeconds(20)).until(one::leading);
      two.start(listener(() -> {}));
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(() -> one.leading() && !two.leading());

      // From here on no renewal of the first one arrives.
      link.close();
      await()
          .atMost(Duration.ofSeconds(60))
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(() -> {
            boolean second = two.leading();
            assertThat(second && one.leading()).isFalse();
            return second;
          });
      assertThat(two.term()).isGreaterThan(one.term());
      await().atMost(Duration.ofSeconds(20)).untilTrue(firstLost);
    }
  }

  @Test
  void aDamagedLeaseIsTakenOverOnceItHasRunOutAndIsRepairedByItsHolder() {
    AtomicBoolean lost = new AtomicBoolean();
    try (EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
        KubernetesClient client = client(kubernetes, kubernetes.url().toString());
        LeaseElection one = new LeaseElection(client, QUICK, "one", System::nanoTime, () -> 0)) {
      var leases = client.leases().inNamespace("default").withName(QUICK.leaseName());
      client
          .resource(new LeaseBuilder()
              .withNewMetadata()
              .withName(QUICK.leaseName())
              .withNamespace("default")
              .endMetadata()
              .build())
          .create();
      one.start(listener(() -> lost.set(true)));
      await().atMost(Duration.ofSeconds(20)).until(one::leading);
      long term = one.term();
      leases.patch(
          PatchContext.of(PatchType.JSON_MERGE),
          "{\"spec\":{\"leaseTransitions\":null,\"holderIdentity\":null}}");
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> "one".equals(leases.get().getSpec().getHolderIdentity()));
      assertThat(one.leading()).isTrue();
      assertThat(one.term()).isEqualTo(term);
      assertThat(lost).isFalse();
    }
  }

  private static KubernetesClient client(EmbeddedKubernetes kubernetes, String url) {
    return new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(kubernetes.config())
            .withMasterUrl(url)
            .withRequestRetryBackoffLimit(0)
            .withRequestTimeout((int) QUICK.requestTimeout().toMillis())
            .build())
        .build();
  }

  private static LeadershipListener listener(Runnable lost) {
    return new LeadershipListener() {
      @Override
      public void onLeading(long term) {}

      @Override
      public void onLost() {
        lost.run();
      }
    };
  }

  /** A connection to the API server that can be cut. */
  private static final class Link implements AutoCloseable {
    private final ServerSocket server;
    private final int target;
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();

    Link(int target) throws IOException {
      this.target = target;
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return server.getLocalPort();
    }

    private void accept() {
      while (!server.isClosed()) {
        try {
          Socket near = server.accept();
          Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
          sockets.add(near);
          sockets.add(far);
          Thread.ofVirtual().start(() -> pump(near, far));
          Thread.ofVirtual().start(() -> pump(far, near));
        } catch (IOException e) {
          // The end of a connection, or of the link: whoever wanted more of it finds out.
        }
      }
    }

    private static void pump(Socket from, Socket to) {
      try (from;
          to) {
        from.getInputStream().transferTo(to.getOutputStream());
      } catch (IOException e) {
        // As above.
      }
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }
}
