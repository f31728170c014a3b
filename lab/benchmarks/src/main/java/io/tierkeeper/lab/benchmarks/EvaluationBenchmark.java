package io.tierkeeper.lab.benchmarks;

import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.Evaluator;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Regime;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionChain;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.Thresholds;
import io.tierkeeper.governance.decision.WindowState;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * How long one evaluation of a collection takes on one core, with full windows and the decisions about every tenant.
 *
 * <p>The tenants follow a Zipf law with exponent 0.99 and arrive in random order; one in a hundred is dedicated. The
 * thresholds are ten and two times the mean share, so that between one and two per cent of the tenants want a move and
 * go through the whole chain of rules; the others are screened.
 */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 3)
@Measurement(iterations = 6, time = 3)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
public class EvaluationBenchmark {
  private static final Instant NOW = Instant.parse("2026-11-21T00:00:00Z");

  /** How many tenants the collection has. */
  @Param({"10000", "100000", "1000000"})
  public int tenants;

  private final Evaluator evaluator = new Evaluator();
  private final DecisionChain chain = new DecisionChain();
  private List<Regime> regimes = List.of();
  private DecisionPolicy policy = DecisionPolicy.defaults();

  /** Generates the collection from a fixed seed. */
  @Setup
  public void generate() {
    Random random = new Random(42);
    double total = 0;
    double[] points = new double[tenants];
    for (int i = 0; i < tenants; i++) {
      points[i] = Math.rint(1e8 * Math.pow(i + 1.0, -0.99));
      total += points[i];
    }
    regimes = new ArrayList<>(tenants);
    for (int i = 0; i < tenants; i++) {
      double share = points[i] / total;
      Window window = Window.empty();
      for (int j = 0; j < 8; j++) {
        window = window.append(share * (0.9 + 0.2 * random.nextDouble()), 8);
      }
      TierState tier = random.nextInt(100) == 0 ? TierState.DEDICATED : TierState.FALLBACK;
      double last = share * (0.9 + 0.2 * random.nextDouble());
      regimes.add(
          new Regime(String.format(Locale.ROOT, "tenant-%07d", i), points[i], tier, last, window));
    }
    Collections.shuffle(regimes, random);
    policy = policy(10.0 / tenants, 2.0 / tenants);
  }

  private static DecisionPolicy policy(double promote, double demote) {
    return DecisionPolicy.defaults()
        .with(policy -> policy
            .mode(Mode.AUTO)
            .promote(new Thresholds(
                OptionalDouble.of(promote),
                OptionalLong.empty(),
                Match.EITHER,
                Duration.ofMinutes(30)))
            .demote(new Thresholds(
                OptionalDouble.of(demote),
                OptionalLong.empty(),
                Match.BOTH,
                Duration.ofHours(24))));
  }

  /** Time of the core that the benchmark ran on, which other load on the machine does not stretch as it does the clock. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class CoreTime {
    /** Nanoseconds of core time. */
    public long coreNanos;

    /** Invocations that they were spent on. */
    public long operations;

    private static long now() {
      return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private void addSince(long start) {
      coreNanos += now() - start;
      operations++;
    }
  }

  /** The arithmetic alone. */
  @Benchmark
  public Evaluation evaluate(CoreTime coreTime) {
    long start = CoreTime.now();
    Evaluation evaluation = evaluator.evaluate(regimes, GovernanceParameters.defaults());
    coreTime.addSince(start);
    return evaluation;
  }

  /** The arithmetic and the decision about each tenant. */
  @Benchmark
  public void evaluateAndDecide(Blackhole decisions, CoreTime coreTime) {
    long start = CoreTime.now();
    Evaluation evaluation = evaluator.evaluate(regimes, GovernanceParameters.defaults());
    for (RegimeEvaluation regime : evaluation.regimes()) {
      Direction wanted = chain.wanted(
          policy, Pin.AUTO, regime.state(), regime.dampedMass(), (long) regime.contribution());
      decisions.consume(wanted == null ? null : decide(regime));
    }
    coreTime.addSince(start);
  }

  private Decision decide(RegimeEvaluation regime) {
    return chain.decide(new DecisionInput(
        regime.tenant(),
        regime.state(),
        policy,
        Pin.AUTO,
        NOW,
        new DecisionInput.Measured(
            regime.dampedMass(),
            (long) regime.contribution(),
            NOW,
            8,
            NOW.minusSeconds(600),
            null,
            null),
        MoveHistory.NONE,
        new DecisionInput.Circumstances(17, 0, List.of(), WindowState.always(), null)));
  }

  /** Runs the benchmark and prints time and bytes for each tenant, and how both grow with their number. */
  public static void main(String[] args) throws RunnerException {
    Collection<RunResult> results = new Runner(new OptionsBuilder()
            .include(EvaluationBenchmark.class.getName())
            .addProfiler(GCProfiler.class)
            .build())
        .run();
    System.out.printf(
        "%n%-20s %9s %10s %10s %12s %12s%n",
        "what", "tenants", "clock ms", "core ms", "ns/tenant", "bytes/tenant");
    for (String benchmark : List.of("evaluate", "evaluateAndDecide")) {
      double firstSize = 0;
      double firstTime = 0;
      double size = 0;
      double time = 0;
      for (RunResult result : results) {
        if (!result.getPrimaryResult().getLabel().equals(benchmark)) {
          continue;
        }
        size = Double.parseDouble(result.getParams().getParam("tenants"));
        time = score(result, "coreNanos") / score(result, "operations") / 1e6;
        double clock = result.getPrimaryResult().getScore();
        double bytes = score(result, "gc.alloc.rate.norm");
        if (firstSize == 0) {
          firstSize = size;
          firstTime = time;
        }
        System.out.printf(
            "%-20s %9.0f %10.1f %10.1f %12.0f %12.1f%n",
            benchmark, size, clock, time, time * 1e6 / size, bytes / size);
      }
      System.out.printf(
          "%-20s grows with exponent %.2f%n",
          benchmark, Math.log(time / firstTime) / Math.log(size / firstSize));
    }
  }

  private static double score(RunResult result, String name) {
    return Objects.requireNonNull(result.getSecondaryResults().get(name), name).getScore();
  }
}
