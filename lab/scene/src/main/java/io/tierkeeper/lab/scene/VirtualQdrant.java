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

/** Runs a scenario on an emulated Qdrant in virtual time, without faults. */
public final class VirtualQdrant {

  private VirtualQdrant() {}

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
   * Runs a scenario to its end; the same options give the same run.
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
