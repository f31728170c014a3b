package io.tierkeeper.lab.faults.operator;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A random seed of the whole operator, with everything that it takes to play it again. */
public record OperatorSeed(long seed) {

  /**
   * A seed that was played.
   *
   * @param report null where it did not come to its end
   */
  public record Verdict(
      OperatorSeed run, OperatorRun.@Nullable Report report, List<String> faults) {}

  public Verdict play() {
    try {
      OperatorRun.Report report = OperatorRun.play(seed, true);
      return new Verdict(this, report, report.faults());
    } catch (IllegalStateException e) {
      return new Verdict(this, null, List.of(String.valueOf(e.getMessage())));
    }
  }
}
