package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import io.tierkeeper.lab.testbed.OperatorAccount;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica in a process of its own, under the chart's account, whose lease another process takes. */
class LostLeaseIT {

  private static final String LEASE = "tierkeeper";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void aLostLeaseEndsTheProcess() throws Exception {
    Path log = directory.resolve("replica.log");
    KubernetesBackend kubernetes = KubernetesBackends.realest();
    kubernetes.applyCrds(Crds.all());
    String namespace = kubernetes.newNamespace("lease");
    Path kubeconfig = Files.writeString(
        directory.resolve("kubeconfig"), OperatorAccount.kubeconfig(kubernetes, namespace));
    Process replica = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Replica.class.getName(),
            kubeconfig.toString(),
            namespace,
            directory.resolve("audit").toString())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.readString(log).contains("one is the leader"));
      await().atMost(Duration.ofSeconds(20)).ignoreExceptions().untilAsserted(() -> {
        take(kubernetes.client(), namespace);
        assertThat(replica.waitFor(3, TimeUnit.SECONDS)).isTrue();
      });
      assertThat(replica.exitValue())
          .as(Files.readString(log))
          .isEqualTo(OperatorOptions.EXIT_LOST_LEASE);
    } finally {
      replica.destroyForcibly();
    }
  }

  private static void take(KubernetesClient client, String namespace) {
    client.resources(Lease.class).inNamespace(namespace).withName(LEASE).edit(lease -> {
      lease.getSpec().setHolderIdentity("another process");
      lease.getSpec().setRenewTime(java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC));
      lease.getSpec().setLeaseDurationSeconds(60);
      return lease;
    });
  }

  /** The replica: an operator as in production, but for its pace and where it finds things. */
  public static final class Replica {

    /** Runs until the lease is lost. */
    public static void main(String[] arguments) throws Exception {
      try (KubernetesClient client = new KubernetesClientBuilder()
              .withConfig(Config.fromKubeconfig(Path.of(arguments[0]).toFile()))
              .build();
          TierkeeperOperator operator = TierkeeperOperator.start(
              client,
              OperatorOptions.defaults()
                  .withInstance("one")
                  .withNamespaces(arguments[1])
                  .withAuditDirectory(Path.of(arguments[2]))
                  .withHttp("127.0.0.1", 0)
                  .withLeaderElection(new LeaderElection(
                      true,
                      LEASE,
                      arguments[1],
                      Duration.ofSeconds(15),
                      Duration.ofSeconds(8),
                      Duration.ofSeconds(1))))) {
        // Only a lost lease ends this process.
        new CountDownLatch(1).await();
        throw new IllegalStateException("port " + operator.httpPort());
      }
    }

    private Replica() {}
  }
}
