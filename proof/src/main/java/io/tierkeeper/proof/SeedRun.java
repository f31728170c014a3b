package io.tierkeeper.proof;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A random seed of the simulator, with everything that it takes to play it again. */
record SeedRun(long seed) {

  /**
   * A seed that was played.
   *
   * @param report null where it did not come to its end
   */
  record Verdict(SeedRun run, SimulatedRun.@Nullable Report report, List<String> faults) {}

  Verdict play() {
    try {
      SimulatedRun.Report report = SimulatedRun.play(seed, true);
      return new Verdict(this, report, report.faults());
    } catch (IllegalStateException e) {
      return new Verdict(this, null, List.of(String.valueOf(e.getMessage())));
    }
  }
}
