package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.IdParts;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
          + " parts; allowed: SCENARIO/SEED/FAULTS/kept or /lost");
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
        IdParts.constant("scenario", MoveScenario.values(), parts[0]),
        IdParts.number("seed of the trial", parts[1]),
        plannedFaults,
        lost ? FaultCaseRun.Journal.LOST_AT_DEATH : FaultCaseRun.Journal.KEPT);
  }

  /** SCENARIO/SEED/FAULTS/JOURNAL, as {@code freeze/1/12=death-after-sending/kept}. */
  String id() {
    return IdParts.word(scenario) + "/" + seed + "/"
        + plannedFaults.stream().map(IdParts::word).collect(Collectors.joining(","))
        + "/" + (journal == FaultCaseRun.Journal.KEPT ? "kept" : "lost");
  }

  /** Runs it. */
  Verdict<FaultCase, FaultCaseRun.Outcome> play() {
    return Verdict.of(
        this, () -> FaultCaseRun.play(scenario, seed, plannedFaults, journal), outcome -> {
          List<String> findings = new ArrayList<>(outcome.evidence().findings());
          if (outcome.end() != scenario.end() && !mayEndElsewhere()) {
            findings.add("ended as " + outcome.end() + ", not as " + scenario.end());
          }
          if (plannedFaults.size() == 1 && outcome.injected().isEmpty()) {
            findings.add("the write was not made");
          }
          return findings;
        });
  }

  /** Whether all faults of a case were injected. */
  static boolean injectedAll(Verdict<FaultCase, FaultCaseRun.Outcome> verdict) {
    return verdict.report() != null
        && verdict.report().injected().size() == verdict.run().plannedFaults().size();
  }

  /** A move may be aborted when Qdrant or its clock misbehaves, but not when its process crashed or missed an answer. */
  private boolean mayEndElsewhere() {
    return plannedFaults.size() > 1
        || !plannedFaults.stream()
            .map(PlannedFault::kind)
            .allMatch(Boundaries.OPEN_FATES::contains);
  }
}
