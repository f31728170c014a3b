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
   * How often a shard of the fallback is there.
   *
   * @param replicas of the fallback, 1 to 3
   * @param lag longest time between the arrival of a write at one replica and at the next
   */
  public record Replication(int replicas, Duration lag) {

    /** One replica. */
    public static final Replication NONE = new Replication(1, Duration.ZERO);

    /** One replica in half of all draws, else two or three, whose writes differ in time by up to 50 ms. */
    public static Replication drawn(SplittableRandom random) {
      int replicas = Math.max(1, random.nextInt(4));
      return replicas == 1
          ? NONE
          : new Replication(replicas, Duration.ofMillis(random.nextInt(50)));
    }
  }

  /**
   * A Qdrant whose consensus lag and transfers are as slow as the random numbers say.
   *
   * @param seed of the emulator
   */
  public static EmulatedQdrant drawn(
      VirtualScheduler scheduler, long seed, SplittableRandom random) {
    return drawn(scheduler, seed, random, Replication.NONE);
  }

  /**
   * A Qdrant whose replicas also differ in time; to create them is up to the scene.
   *
   * @param seed of the emulator
   */
  public static EmulatedQdrant drawn(
      VirtualScheduler scheduler, long seed, SplittableRandom random, Replication replication) {
    return EmulatedQdrant.withoutPorts(
        EmulatorOptions.defaults()
            .withSeed(seed)
            .withReplicaLag(replication.lag())
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
