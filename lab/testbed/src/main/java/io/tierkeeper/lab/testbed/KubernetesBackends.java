package io.tierkeeper.lab.testbed;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the realest Kubernetes API that this machine offers: the API server's own binaries, else k3s where there is a
 * container engine, else the embedded API. One is started for each JVM and ends with it; each choice is written to
 * {@link BackendLog}.
 */
public final class KubernetesBackends {
  private static @Nullable KubernetesBackend real;
  private static @Nullable KubernetesBackend embedded;
  private static boolean searched;

  private KubernetesBackends() {}

  /** A real API server where there is one, else the embedded API. */
  public static KubernetesBackend realest() {
    return real().orElseGet(KubernetesBackends::embedded);
  }

  /** A real API server; empty where there is none. */
  public static synchronized Optional<KubernetesBackend> real() {
    if (!searched) {
      real = ApiServerBinaries.find(System.getenv())
          .<KubernetesBackend>map(ApiServer::start)
          .or(() -> K3sBackend.possible() ? Optional.of(new K3sBackend()) : Optional.empty())
          .map(KubernetesBackends::endingWithTheJvm)
          .orElse(null);
      searched = true;
    }
    return Optional.ofNullable(real);
  }

  /** The real one where it is processes of this machine, so that its audit log and its kubectl are at hand. */
  public static Optional<ApiServer> apiServer() {
    return real().filter(ApiServer.class::isInstance).map(ApiServer.class::cast);
  }

  /** The one inside this JVM. */
  public static synchronized KubernetesBackend embedded() {
    if (embedded == null) {
      embedded = endingWithTheJvm(new EmbeddedBackend());
    }
    return embedded;
  }

  private static KubernetesBackend endingWithTheJvm(KubernetesBackend backend) {
    Runtime.getRuntime().addShutdownHook(new Thread(backend::close));
    BackendLog.append("Kubernetes", backend.description());
    return backend;
  }
}
