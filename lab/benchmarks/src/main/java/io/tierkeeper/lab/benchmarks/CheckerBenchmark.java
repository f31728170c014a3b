package io.tierkeeper.lab.benchmarks;

import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.HistoryChecker;
import io.tierkeeper.lab.workload.Operation;
import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.Read;
import io.tierkeeper.lab.workload.Operation.Write;
import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Time to check a history: half writes, half reads of ten points, ten writes to each point on average, and a tenth of all
 * writes to a single point.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms8g", "-Xmx8g", "-XX:+UseSerialGC"})
public class CheckerBenchmark {
  private static final ShardKey TENANT = ShardKey.of("acme");
  private static final int READ = 10;
  private static final int READERS = 4;

  /** Number of operations in the history. */
  @Param({"100000", "1000000", "10000000"})
  public int operations;

  private List<Operation> history = List.of();
  private Map<Long, Long> end = Map.of();

  /** Generates a history without anomalies. */
  @Setup
  public void generate() {
    SplittableRandom random = new SplittableRandom(42);
    int points = operations / 20;
    long[] versions = new long[points];
    history = new ArrayList<>(operations);
    for (int i = 0; i < operations; i++) {
      long time = i * 10L;
      if (i % 2 == 0) {
        int id = random.nextInt(10) == 0 ? 0 : random.nextInt(points);
        history.add(new Write(
            TENANT, WriteKind.UPSERT, id, ++versions[id], true, time, time + 5, Outcome.OK));
      } else {
        long[] ids = new long[READ];
        long[] seen = new long[READ];
        int count = 0;
        for (int j = 0; j < READ; j++) {
          int id = random.nextInt(points);
          if (versions[id] > 0) {
            ids[count] = id;
            seen[count++] = versions[id];
          }
        }
        history.add(new Read(
            TENANT,
            i % READERS,
            Arrays.copyOf(ids, count),
            Arrays.copyOf(seen, count),
            0,
            0,
            0,
            time,
            time + 5,
            Outcome.OK));
      }
    }
    end = new HashMap<>();
    for (int id = 0; id < points; id++) {
      if (versions[id] > 0) {
        end.put((long) id, versions[id]);
      }
    }
  }

  /** Checks it. */
  @Benchmark
  public CheckReport check() {
    CheckReport report = HistoryChecker.check(history, new HistoryChecker.FinalState(end, 0, 0));
    if (!report.clean()) {
      throw new IllegalStateException("the report of a clean history is " + report);
    }
    return report;
  }

  /** Runs the benchmark and prints the time for each operation. */
  public static void main(String[] args) throws RunnerException {
    StringBuilder table = new StringBuilder();
    for (RunResult result : new Runner(
            new OptionsBuilder().include(CheckerBenchmark.class.getName()).build())
        .run()) {
      double size = Double.parseDouble(result.getParams().getParam("operations"));
      double millis = result.getPrimaryResult().getScore();
      table.append(String.format(
          Locale.ROOT, "%12.0f %10.2f %10.0f%n", size, millis / 1e3, millis * 1e6 / size));
    }
    System.out.printf("%n%12s %10s %10s%n%s", "operations", "clock s", "ns each", table);
  }
}
