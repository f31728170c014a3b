package io.tierkeeper.api.generator;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.api.v1alpha1.Crds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A kube-apiserver with etcd as processes, where their binaries are on this machine. */
public final class RealApiServer implements AutoCloseable {
  /** What a skipped test says. */
  public static final String ABSENT =
      "no kube-apiserver: put etcd, kube-apiserver and kubectl into $KUBE_API_TEST_DIR/k8s/<version>-<os>-<arch>/ (default ~/.kubeapitest)";

  private final KubeAPIServer server;
  private final KubernetesClient client;

  private RealApiServer(Path directory) {
    server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
        .withTestDir(directory.toString())
        .withOfflineMode(true)
        .build());
    server.start();
    client = new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
        .build();
  }

  /** Starts one with this project's CRDs in it; empty where there are no binaries. */
  public static Optional<RealApiServer> start() {
    return directory().map(RealApiServer::new).map(RealApiServer::withCrds);
  }

  /** Rights of everything. */
  public KubernetesClient client() {
    return client;
  }

  /** The same server as somebody else. */
  public KubernetesClient as(String user) {
    Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
    config.setImpersonateUsername(user);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  @Override
  public void close() {
    client.close();
    server.stop();
  }

  private RealApiServer withCrds() {
    Crds.all().forEach(crd -> client.resource(crd).create());
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> Crds.all().stream()
            .map(crd -> client.resource(crd).get())
            .allMatch(crd -> crd.getStatus() != null
                && crd.getStatus().getConditions().stream()
                    .anyMatch(
                        c -> c.getType().equals("Established") && c.getStatus().equals("True"))));
    return this;
  }

  private static Optional<Path> directory() {
    @Nullable String chosen = System.getenv("KUBE_API_TEST_DIR");
    Path directory =
        chosen == null ? Path.of(System.getProperty("user.home"), ".kubeapitest") : Path.of(chosen);
    if (!Files.isDirectory(directory.resolve("k8s"))) {
      return Optional.empty();
    }
    try (var binaries = Files.walk(directory.resolve("k8s"), 2)) {
      return binaries.anyMatch(
              f -> f.getFileName().toString().equals("kube-apiserver") && Files.isExecutable(f))
          ? Optional.of(directory)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
