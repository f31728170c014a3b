package io.tierkeeper.operator;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.launcher.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The Kubernetes cluster that a command uses. */
public final class ClusterOption {

  @Option(
      names = "--kubeconfig",
      paramLabel = "FILE",
      description =
          "Kubeconfig file; default: KUBECONFIG, ~/.kube/config, or the service account of the pod.")
  @Nullable
  Path kubeconfig;

  @Option(names = "--context", paramLabel = "NAME", description = "Context of the kubeconfig.")
  @Nullable
  String context;

  /** Opens a client; the caller closes it. */
  public KubernetesClient connect() {
    return connectAs(null);
  }

  /**
   * The same in the name of another user, which needs the right to impersonate it.
   *
   * @param user such as {@code system:serviceaccount:vectors:tierkeeper}; null for the user of the kubeconfig
   */
  KubernetesClient connectAs(@Nullable String user) {
    Config config = config();
    if (user != null) {
      config = new ConfigBuilder(config).withImpersonateUsername(user).build();
    }
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private Config config() {
    if (kubeconfig == null) {
      return new ConfigBuilder(Config.autoConfigure(context)).build();
    }
    if (!Files.isReadable(kubeconfig)) {
      throw new UsageException("--kubeconfig " + kubeconfig + " must be a readable file");
    }
    try {
      Config config = Config.fromKubeconfig(kubeconfig.toFile());
      if (context != null) {
        config =
            Config.fromKubeconfig(context, Files.readString(kubeconfig), kubeconfig.toString());
      }
      return config;
    } catch (Exception e) {
      throw new UsageException(
          "--kubeconfig " + kubeconfig + " must be a kubeconfig: " + e.getMessage());
    }
  }
}
