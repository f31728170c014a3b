package io.tierkeeper.lab.benchmarks;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.testbed.KubernetesBackend;
import io.tierkeeper.lab.testbed.KubernetesBackends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long a user waits for the answer of a verb. */
@Command(
    name = "tools/bench verbs",
    mixinStandardHelpOptions = true,
    description = {
      "Runs ./tierkeeper status against the embedded API, first without a class archive and then with it.",
      "The goal is half a second."
    },
    sortOptions = false)
public final class VerbBenchmark implements Callable<Integer> {

  private static final String NAMESPACE = "default";
  private static final double NANOS = 1e9;

  @Option(
      names = "--runs",
      defaultValue = "10",
      description = "Runs with the archive (${DEFAULT-VALUE}).")
  private int runs;

  @Option(names = "--tiers", defaultValue = "100", description = "TenantTiers (${DEFAULT-VALUE}).")
  private int tiers;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new VerbBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    KubernetesBackend kubernetes = KubernetesBackends.embedded();
    kubernetes.applyCrds(Crds.all());
    fill(kubernetes.client());
    Path directory = Files.createTempDirectory("tierkeeper-verbs");
    Path kubeconfig = Files.writeString(directory.resolve("kubeconfig"), kubernetes.kubeconfig());
    double first = status(directory, kubeconfig);
    List<Double> seconds = new ArrayList<>();
    for (int run = 0; run < runs; run++) {
      seconds.add(status(directory, kubeconfig));
    }
    seconds.sort(null);
    System.out.printf(
        Locale.ROOT,
        "status with %d TenantTiers: %.2f s without archive; with it %.2f s median, %.2f s at most (%d runs)%n",
        tiers,
        first,
        seconds.get(runs / 2),
        seconds.getLast(),
        runs);
    return 0;
  }

  private void fill(KubernetesClient client) {
    create(client, TieredCollection.class, """
        metadata: {name: kb}
        spec:
          qdrant: {endpoints: ["http://qdrant-0:6334"]}
          collection: knowledge_base
          tenantKey: group_id
          fallbackShardKey: default
          policyRef: {name: standard}
        """);
    for (int i = 0; i < tiers; i++) {
      create(client, TenantTier.class, """
          metadata: {name: kb-tenant-%1$d}
          spec: {collectionRef: {name: kb}, tenant: tenant-%1$d}
          """.formatted(i));
    }
  }

  private static <T extends HasMetadata> void create(
      KubernetesClient client, Class<T> kind, String yaml) {
    T object = Objects.requireNonNull(Serialization.unmarshal(yaml, kind));
    client.resource(object).inNamespace(NAMESPACE).create();
  }

  /** Seconds until the process has ended. */
  private static double status(Path directory, Path kubeconfig)
      throws IOException, InterruptedException {
    ProcessBuilder process = new ProcessBuilder(
            "./tierkeeper", "status", "-n", NAMESPACE, "--kubeconfig", kubeconfig.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.INHERIT);
    process.environment().put("XDG_CACHE_HOME", directory.toString());
    long began = System.nanoTime();
    int code = process.start().waitFor();
    if (code != 3) {
      throw new IllegalStateException("status ended with exit code " + code + ", not 3");
    }
    return (System.nanoTime() - began) / NANOS;
  }
}
