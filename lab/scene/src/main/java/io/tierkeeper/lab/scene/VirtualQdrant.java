package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleViolation;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.qdrant.QdrantCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** An emulated Qdrant in virtual time that nothing befalls, for whoever plays with it. */
public final class VirtualQdrant {

  private VirtualQdrant() {}

  /**
   * What is played.
   *
   * @param <T> what comes of it
   */
  @FunctionalInterface
  public interface Play<T> {
    /**
     * Plays.
     *
     * @param processes where it waits, and what time it has
     * @param clients connections of applications
     * @param mover connections of a process that moves
     * @param breaches every call so far that must never be made
     */
    T on(
        Scheduler processes,
        QdrantCluster clients,
        QdrantCluster mover,
        Supplier<List<String>> breaches)
        throws Exception;
  }

  /**
   * Plays from beginning to end; the same options give the same play.
   *
   * @throws RuntimeException that the play has thrown
   */
  public static <T> T run(EmulatorOptions options, Play<T> play) {
    List<T> result = new ArrayList<>(1);
    List<RuntimeException> failure = new ArrayList<>(1);
    VirtualScheduler.run(options.seed(), simulator -> {
      try (EmulatedQdrant qdrant =
              EmulatedQdrant.withoutPorts(options, simulator, SimulatedCluster.DEADLINE);
          SimulatedCluster clients = new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED);
          SimulatedCluster mover = new SimulatedCluster(qdrant, simulator, Calls.UNDISTURBED)) {
        result.add(play.on(
            simulator,
            clients,
            mover,
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
