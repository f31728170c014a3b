package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.IdParts;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One move with injected faults, and everything that is needed to repeat it. After one crash or lost answer it must end as
 * its scenario does; after other faults, and after two, it may also end where it began.
 */
public record FaultCase(
    MoveScenario scenario,
    long seed,
    List<PlannedFault> plannedFaults,
    FaultCaseRun.Journal journal) {

  /**
   * Reads what {@link #id()} wrote.
   *
   * @throws IllegalArgumentException that names the part that is wrong and what is allowed
   */
  static FaultCase of(String id) {
    String[] parts = id.split("/", -1);
    if (parts.length != 4) {
      throw new IllegalArgumentException("trial '" + id + "' has " + parts.length
          + " parts; allowed: COURSE/SEED/STRIKES/kept or /lost");
    }
    List<PlannedFault> plannedFaults = new ArrayList<>();
    for (String plannedFault : parts[2].isEmpty() ? new String[0] : parts[2].split(",", -1)) {
      plannedFaults.add(IdParts.fault(plannedFault));
    }
    boolean lost = parts[3].equals("lost");
    if (!lost && !parts[3].equals("kept")) {
      throw new IllegalArgumentException(
          "journal '" + parts[3] + "' of the trial; allowed: kept, lost");
    }
    return new FaultCase(
        IdParts.constant("course", MoveScenario.values(), parts[0]),
        IdParts.number("seed of the trial", parts[1]),
        plannedFaults,
        lost ? FaultCaseRun.Journal.LOST_AT_DEATH : FaultCaseRun.Journal.KEPT);
  }

  /** COURSE/SEED/STRIKES/JOURNAL, as {@code freeze/1/12=death-after-sending/kept}. */
  String id() {
    return IdParts.word(scenario) + "/" + seed + "/"
        + plannedFaults.stream().map(IdParts::word).collect(Collectors.joining(","))
        + "/" + (journal == FaultCaseRun.Journal.KEPT ? "kept" : "lost");
  }

  /**
   * Plays it.
   *
   * @return what became of it; no faults where all is well
   */
  Verdict play() {
    List<String> faults = new ArrayList<>();
    FaultCaseRun.Outcome outcome = null;
    try {
      outcome = FaultCaseRun.play(scenario, seed, plannedFaults, journal);
      faults.addAll(outcome.faults());
      if (outcome.end() != scenario.end() && !mayEndElsewhere()) {
        faults.add("ended as " + outcome.end() + ", not as " + scenario.end());
      }
      if (plannedFaults.size() == 1 && outcome.injected().isEmpty()) {
        faults.add("the write was not made");
      }
    } catch (IllegalStateException e) {
      faults.add(String.valueOf(e.getMessage()));
    }
    return new Verdict(this, outcome, faults);
  }

  /** A move may be taken back where its engine or its clock misbehaves, and not because it died or did not hear. */
  private boolean mayEndElsewhere() {
    return plannedFaults.size() > 1
        || !plannedFaults.stream()
            .map(PlannedFault::kind)
            .allMatch(Boundaries.OPEN_FATES::contains);
  }

  /**
   * A fault case that was run.
   *
   * @param outcome null where it did not come to its end
   */
  record Verdict(FaultCase faultCase, FaultCaseRun.@Nullable Outcome outcome, List<String> faults) {

    /** Whether all of its faults were injected. */
    boolean struckAll() {
      return outcome != null
          && outcome.injected().size() == faultCase.plannedFaults().size();
    }
  }
}
