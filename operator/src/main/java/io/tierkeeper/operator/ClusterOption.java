package io.tierkeeper.operator;

import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.launcher.UsageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
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

  /**
   * What the options name.
   *
   * @throws UsageException if the file or the context does not exist
   */
  public Config config() {
    Config config = read();
    if (context != null
        && (config.getCurrentContext() == null
            || !context.equals(config.getCurrentContext().getName()))) {
      throw new UsageException("--context " + context + " does not exist in the kubeconfig; it has "
          + (config.getContexts().isEmpty()
              ? "none"
              : config.getContexts().stream()
                  .map(NamedContext::getName)
                  .collect(Collectors.joining(", "))));
    }
    return config;
  }

  private Config read() {
    if (kubeconfig == null) {
      return new ConfigBuilder(Config.autoConfigure(context)).build();
    }
    if (!Files.isReadable(kubeconfig)) {
      throw new UsageException("--kubeconfig " + kubeconfig + " must be a readable file");
    }
    try {
      return context == null
          ? Config.fromKubeconfig(kubeconfig.toFile())
          : Config.fromKubeconfig(context, Files.readString(kubeconfig), kubeconfig.toString());
    } catch (Exception e) {
      throw new UsageException("--kubeconfig " + kubeconfig + " must be a kubeconfig: "
          + Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
    }
  }
}
