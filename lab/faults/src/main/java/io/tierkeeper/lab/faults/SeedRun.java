package io.tierkeeper.lab.faults;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A random seed of the simulator, with everything that it takes to play it again. */
record SeedRun(long seed, FaultProfile trouble) {

  /**
   * A seed that was played.
   *
   * @param report null where it did not come to its end
   */
  record Verdict(SeedRun run, SimulatedRun.@Nullable Report report, List<String> faults) {}

  /** The random seed of this number, which also draws the kind of trouble. */
  static SeedRun numbered(long seed) {
    return new SeedRun(seed, FaultProfile.of(seed));
  }

  /** As {@link Games} knows it. */
  String id() {
    return trouble.word() + "/" + seed;
  }

  Verdict play() {
    try {
      SimulatedRun.Report report = SimulatedRun.play(seed, trouble);
      return new Verdict(this, report, report.faults());
    } catch (IllegalStateException e) {
      return new Verdict(this, null, List.of(String.valueOf(e.getMessage())));
    }
  }
}
