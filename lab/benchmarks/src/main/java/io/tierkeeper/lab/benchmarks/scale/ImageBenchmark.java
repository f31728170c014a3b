package io.tierkeeper.lab.benchmarks.scale;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast the container image is ready, and how much memory it needs, in a memory cgroup with the chart's limit. */
@Command(
    name = "tools/bench image",
    mixinStandardHelpOptions = true,
    description = {
      "Starts the operator from its container image against a real API server and an emulated Qdrant, several times.",
      "Needs root, and target/image/tierkeeper.tar (tools/image/build)."
    },
    sortOptions = false)
public final class ImageBenchmark implements Callable<Integer> {

  private static final double MAX_READY_SECONDS = 2;
  private static final double MIN_SHARED = 0.9;
  private static final int TENANTS = 50;
  private static final int TIERS = 5;
  private static final int MAX_STATUS_SECONDS = 60;
  private static final double MIB = 1 << 20;

  @Option(
      names = "--image",
      defaultValue = "target/image/tierkeeper.tar",
      description = "The image (${DEFAULT-VALUE}).")
  private Path image = Path.of("");

  @Option(names = "--runs", defaultValue = "5", description = "Starts (${DEFAULT-VALUE}).")
  private int runs;

  @Option(
      names = "--train",
      description =
          "Instead, writes the list of the classes that the operator's distribution loads until it is at work.")
  private @Nullable Path train;

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new ImageBenchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("tierkeeper-image");
    try (ScaleWorld world = new ScaleWorld()) {
      Runtime.getRuntime().addShutdownHook(new Thread(world::close));
      world.tenants(TENANTS, done -> {});
      world.tenantTiers(TIERS, done -> {});
      if (train != null) {
        start(
            world,
            Files.createDirectory(directory.resolve("work")),
            new OperatorProgram.Distribution("operator/target/distribution/lib/*"),
            List.of("-XX:DumpLoadedClassList=" + train.toAbsolutePath()));
        System.out.println(train + ": " + Files.readAllLines(train).size() + " lines");
        return 0;
      }
      OperatorProgram program = OperatorProgram.Image.unpack(image, directory.resolve("root"));
      List<Start> starts = new ArrayList<>();
      for (int run = 1; run <= runs; run++) {
        Path work = Files.createDirectory(directory.resolve("work-" + run));
        Start start = start(world, work, program, List.of());
        System.err.printf(
            Locale.ROOT,
            "start %d of %d: ready after %.2f s, %.0f MiB%n",
            run,
            runs,
            start.ready(),
            start.memory() / MIB);
        starts.add(start);
      }
      Path work = Files.createDirectory(directory.resolve("work-classes"));
      start(world, work, program, List.of("-Xlog:class+load:file=/work/classes.log"));
      double shared = shared(work.resolve("classes.log"));
      double ready = median(starts, Start::ready);
      System.out.printf(
          Locale.ROOT,
          "image, compressed                    %8.1f MiB%n"
              + "ready, median of %-3d                 %8.2f s    goal  %4.1f  %s%n"
              + "working set, highest                 %8.1f MiB%n"
              + "classes from the archive             %8.1f %%    goal  %4.0f  %s%n",
          Files.size(image) / MIB,
          runs,
          ready,
          MAX_READY_SECONDS,
          ready <= MAX_READY_SECONDS ? "PASS" : "FAIL",
          starts.stream().mapToLong(Start::memory).max().orElse(0) / MIB,
          100 * shared,
          100 * MIN_SHARED,
          shared >= MIN_SHARED
              ? "PASS"
              : "FAIL: renew tools/image/classes.txt (tools/image/train)");
      return shared >= MIN_SHARED ? 0 : 1;
    } finally {
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * @param ready seconds from the start of the process until it said so
   * @param memory the highest working set until all TenantTiers had a status, in bytes
   */
  private record Start(double ready, long memory) {}

  private static Start start(
      ScaleWorld world, Path work, OperatorProgram program, List<String> javaOptions)
      throws IOException, InterruptedException {
    Files.setPosixFilePermissions(work, PosixFilePermissions.fromString("rwxrwxrwx"));
    world.kubeconfig(work);
    try (OperatorPod pod = new OperatorPod(work, program, world.chart(), javaOptions)) {
      double ready = pod.ready();
      if (Double.isInfinite(ready)) {
        throw new IllegalStateException("not ready in a minute:\n" + pod.warnings());
      }
      long began = System.nanoTime();
      while (!(pod.metric("tierkeeper_evaluation_seconds_count") >= 1)) {
        if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(MAX_STATUS_SECONDS)) {
          throw new IllegalStateException(
              "no evaluation in " + MAX_STATUS_SECONDS + " s:\n" + pod.warnings());
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
      return new Start(ready, pod.peak());
    }
  }

  private static double median(List<Start> starts, java.util.function.ToDoubleFunction<Start> of) {
    double[] sorted = starts.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /**
   * The share of the loaded classes that came from the archive. Without those that the JVM makes at run time, such as lambdas, which are
   * kept out of it; see tools/image/train.
   */
  private static double shared(Path log) throws IOException {
    List<String> loaded = Files.readAllLines(log).stream()
        .filter(line -> line.contains(" source: "))
        .filter(line -> !line.contains("$$Lambda") && !line.contains(" source: __"))
        .toList();
    return loaded.stream().filter(line -> line.contains("shared objects file")).count()
        / (double) loaded.size();
  }
}
