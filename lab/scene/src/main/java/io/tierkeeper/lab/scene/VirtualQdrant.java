package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleViolation;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.qdrant.QdrantCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Emulated Qdrants in virtual time. */
public final class VirtualQdrant {

  private VirtualQdrant() {}

  /**
   * A Qdrant whose consensus lag and transfers are as slow as the random numbers say.
   *
   * @param seed of the emulator
   */
  public static EmulatedQdrant drawn(
      VirtualScheduler scheduler, long seed, SplittableRandom random) {
    return EmulatedQdrant.withoutPorts(
        EmulatorOptions.defaults()
            .withSeed(seed)
            .withConsensusLag(Duration.ofMillis(1 + random.nextInt(60)))
            .withTransfers(TransferOptions.defaults()
                .withPreparation(Duration.ofMillis(20 + random.nextInt(400)))
                .withPointsPerSecond(100 + random.nextInt(20_000))),
        scheduler,
        SimulatedCluster.DEADLINE);
  }

  /**
   * A scenario.
   *
   * @param <T> its result
   */
  @FunctionalInterface
  public interface Scenario<T> {
    /**
     * Runs the scenario.
     *
     * @param scheduler virtual time
     * @param clients connections of applications
     * @param engine connections of a move engine
     * @param breaches supplies all calls so far that must never be made
     */
    T run(
        Scheduler scheduler,
        QdrantCluster clients,
        QdrantCluster engine,
        Supplier<List<String>> breaches)
        throws Exception;
  }

  /**
   * Runs a scenario without faults to its end; the same options give the same run.
   *
   * @throws RuntimeException that the scenario has thrown
   */
  public static <T> T run(EmulatorOptions options, Scenario<T> scenario) {
    List<T> result = new ArrayList<>(1);
    List<RuntimeException> failure = new ArrayList<>(1);
    VirtualScheduler.run(options.seed(), scheduler -> {
      try (EmulatedQdrant qdrant =
              EmulatedQdrant.withoutPorts(options, scheduler, SimulatedCluster.DEADLINE);
          SimulatedCluster clients = new SimulatedCluster(qdrant, scheduler, Calls.UNDISTURBED);
          SimulatedCluster engine = new SimulatedCluster(qdrant, scheduler, Calls.UNDISTURBED)) {
        result.add(scenario.run(
            scheduler,
            clients,
            engine,
            () -> qdrant.violations().stream().map(RuleViolation::toString).toList()));
      } catch (RuntimeException e) {
        failure.add(e);
      }
    });
    if (!failure.isEmpty()) {
      throw failure.getFirst();
    }
    return result.getFirst();
  }
}
