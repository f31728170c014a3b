package io.tierkeeper.cli.cluster;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.operator.ClusterOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The cluster and the namespace of a verb, with kubectl's names and defaults. */
final class ClusterOptions {

  /** A user waits for the answer; the client's own retries take half a minute. */
  private static final int RETRIES = 1;

  private static final int CONNECTION_MILLIS = 5_000;

  @Mixin
  ClusterOption cluster = new ClusterOption();

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Namespace; default: the namespace of the context.")
  @Nullable
  String namespace;

  /** Opens a client; the caller closes it. */
  Cluster open() {
    Config config = new ConfigBuilder(cluster.config())
        .withRequestRetryBackoffLimit(RETRIES)
        .withConnectionTimeout(CONNECTION_MILLIS)
        .build();
    return new Cluster(
        new KubernetesClientBuilder().withConfig(config).build(),
        Objects.requireNonNullElse(
            namespace, Objects.requireNonNullElse(config.getNamespace(), "default")));
  }
}
