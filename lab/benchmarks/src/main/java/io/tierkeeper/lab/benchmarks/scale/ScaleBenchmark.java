package io.tierkeeper.lab.benchmarks.scale;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.tierkeeper.api.v1alpha1.TenantTier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Measures one operator with many TenantTiers: the product's distribution as a process of its own with the chart's defaults, a real API
 * server with etcd, and an emulated Qdrant.
 */
@Command(
    name = "scale",
    description = "Measures one operator with many TenantTiers.",
    mixinStandardHelpOptions = true,
    sortOptions = false)
public final class ScaleBenchmark implements Callable<Integer> {

  private static final int MAX_START_SECONDS = 600;
  private static final int MAX_SETTLE_SECONDS = 600;

  /** A policy's default, three, and one more: before it, each TenantTier says that there are too few measurements. */
  private static final int SETTLED_AFTER_EVALUATIONS = 4;

  private static final int QUIET_SECONDS = 20;
  private static final long MAX_LATENCY_NANOS = 60_000_000_000L;

  @Option(names = "--tiers", defaultValue = "1000", description = "TenantTiers (${DEFAULT-VALUE}).")
  private int tiers;

  @Option(
      names = "--tenants",
      description = "Tenants in the Qdrant collection (ten for each TenantTier).")
  private int tenants;

  @Option(
      names = "--changes",
      defaultValue = "100",
      description = "TenantTiers whose spec is changed, one after the other (${DEFAULT-VALUE}).")
  private int changes;

  @Option(
      names = "--every",
      defaultValue = "2000",
      description = "Milliseconds from one status to the next change (${DEFAULT-VALUE}).")
  private long every;

  @Option(
      names = "--rest",
      defaultValue = "65",
      description = "Seconds without changes in which writes are counted (${DEFAULT-VALUE}).")
  private int rest;

  @Option(names = "--json", description = "Prints the figures as JSON.")
  private boolean json;

  @Option(
      names = "--class-path",
      description = "Class path of the operator (the distribution of this checkout).")
  private @Nullable String classPath;

  @Option(
      names = "--java-option",
      description = "An option for the operator's JVM in addition to the chart's; may be repeated.")
  private List<String> javaOptions = new ArrayList<>();

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ScaleBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (tenants == 0) {
      tenants = 10 * tiers;
    }
    Path directory = Files.createTempDirectory("tierkeeper-scale");
    try (ScaleWorld world = new ScaleWorld()) {
      Runtime.getRuntime().addShutdownHook(new Thread(world::close));
      world.tenants(tenants, done -> progress("tenants written to Qdrant", done, tenants));
      world.tenantTiers(tiers, done -> progress("TenantTiers created", done + 1, tiers));
      world.kubeconfig(directory);
      ScaleReport report = measure(world, directory);
      System.out.println(json ? report.json() : report.text());
      return report.passed() ? 0 : 1;
    } finally {
      try (var files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private ScaleReport measure(ScaleWorld world, Path directory)
      throws IOException, InterruptedException {
    ApiWrites writes = new ApiWrites(
        world.server().auditLog(),
        "system:serviceaccount:" + ScaleWorld.NAMESPACE + ":" + ScaleWorld.ACCOUNT);
    String path = classPath == null ? "operator/target/distribution/lib/*" : classPath;
    try (StatusWatch statuses = new StatusWatch(world.client())) {
      long began = System.nanoTime();
      try (OperatorPod pod = new OperatorPod(
          directory, new OperatorProgram.Distribution(path), world.chart(), javaOptions)) {
        say("operator is process " + pod.pid());
        while (statuses.known() < tiers && seconds(began) < MAX_START_SECONDS) {
          statuses.pause();
          progress("statuses", statuses.known(), tiers);
        }
        double first = statuses.known() < tiers ? Double.POSITIVE_INFINITY : seconds(began);
        say(String.format(
            "first evaluation: %.1f s, peak %d MiB, restarts %d",
            first, pod.peak() >> 20, pod.restarts()));
        int started = ApiWrites.apartFromLeases(writes.next());
        settle(pod, writes);
        say("at rest");
        double evaluations = pod.metric("tierkeeper_evaluation_seconds_count");
        TimeUnit.SECONDS.sleep(rest);
        var atRest = writes.next();
        say("writes at rest: " + atRest);
        int evaluated = (int) (pod.metric("tierkeeper_evaluation_seconds_count") - evaluations);
        long steady = pod.memory();
        List<Double> latencies = changes(world, statuses);
        ScaleReport report = new ScaleReport(
            tenants,
            tiers,
            first,
            ApiWrites.apartFromLeases(atRest),
            evaluated,
            latencies,
            new ScaleReport.Memory(pod.peak(), Math.max(steady, pod.memory()), pod.limit()),
            new ScaleReport.Work(
                pod.restarts(),
                pod.metric("jvm_gc_pause_seconds_sum"),
                pod.metric("tierkeeper_evaluation_seconds_sum")
                    / pod.metric("tierkeeper_evaluation_seconds_count"),
                started));
        String warnings = pod.warnings();
        if (!warnings.isEmpty()) {
          say("last warnings of the operator:\n" + warnings);
        }
        return report;
      }
    }
  }

  private void settle(OperatorPod pod, ApiWrites writes) throws IOException, InterruptedException {
    long began = System.nanoTime();
    int quiet = 0;
    while (quiet < QUIET_SECONDS && seconds(began) < MAX_SETTLE_SECONDS) {
      TimeUnit.SECONDS.sleep(1);
      boolean settled =
          pod.metric("tierkeeper_evaluation_seconds_count") >= SETTLED_AFTER_EVALUATIONS;
      quiet = ApiWrites.apartFromLeases(writes.next()) == 0 && settled ? quiet + 1 : 0;
    }
  }

  private List<Double> changes(ScaleWorld world, StatusWatch statuses) throws InterruptedException {
    SplittableRandom random = new SplittableRandom(7);
    List<Double> latencies = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      progress("changes", i + 1, changes);
      String name = ScaleWorld.tenant(random.nextInt(tiers));
      long generation = world
          .client()
          .resources(TenantTier.class)
          .inNamespace(ScaleWorld.NAMESPACE)
          .withName(name)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              String.format(
                  Locale.ROOT,
                  "{\"spec\":{\"promote\":{\"aboveShare\":\"0.%04d\"}}}",
                  3000 + random.nextInt(6000)))
          .getMetadata()
          .getGeneration();
      long answered = System.nanoTime();
      OptionalLong seen = statuses.await(name, generation, MAX_LATENCY_NANOS);
      latencies.add(
          seen.isPresent() ? (seen.getAsLong() - answered) / 1e6 : Double.POSITIVE_INFINITY);
      // Not in step with anything that the operator does at intervals.
      TimeUnit.MILLISECONDS.sleep(every + random.nextLong(every / 4 + 1));
    }
    return latencies;
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }

  private static void progress(String what, int done, int all) {
    if (System.console() != null && (done % 100 == 0 || done == all)) {
      System.err.printf("\r%s: %d of %d ", what, done, all);
      if (done == all) {
        System.err.println();
      }
    }
  }

  private static void say(String line) {
    System.err.println(line);
  }
}
