package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Every outbound write of every move scenario, and the fault cases that inject a fault at it. The list is that of a run
 * without faults, and a fault case is the same run up to the fault, so no write is left out.
 */
final class Boundaries {

  /** What may leave the fate of a write open. */
  static final Set<FaultKind> OPEN_FATES = EnumSet.of(
      FaultKind.DEATH_BEFORE_SENDING,
      FaultKind.DEATH_AFTER_SENDING,
      FaultKind.DEATH_AFTER_THE_ANSWER,
      FaultKind.ANSWER_LOST,
      FaultKind.LATE);

  private final Map<MoveScenario, List<String>> writes = new LinkedHashMap<>();
  private final long seed;

  private Boundaries(long seed) {
    this.seed = seed;
  }

  /**
   * Finds them by running each scenario without faults.
   *
   * @throws IllegalStateException where a scenario without faults has findings
   */
  static Boundaries of(List<MoveScenario> scenarios, long seed) {
    Boundaries found = new Boundaries(seed);
    for (MoveScenario scenario : scenarios) {
      Verdict<FaultCase, FaultCaseRun.Outcome> verdict =
          new FaultCase(scenario, seed, List.of(), FaultCaseRun.Journal.KEPT).play();
      if (!verdict.findings().isEmpty() || verdict.report() == null) {
        throw new IllegalStateException(
            "without faults, " + verdict.run().id() + ": " + verdict.findings());
      }
      found.writes.put(scenario, verdict.report().writes());
    }
    return found;
  }

  /** How many there are. */
  int existing() {
    return writes.values().stream().mapToInt(List::size).sum();
  }

  /** The writes of each scenario, in order. */
  Map<MoveScenario, List<String>> writes() {
    return writes;
  }

  /** The write at which a fault case with one fault injects it. */
  String faultedWrite(FaultCase faultCase) {
    return Objects.requireNonNull(writes.get(faultCase.scenario()), "of another scenario")
        .get(faultCase.plannedFaults().getFirst().in() - 1);
  }

  /** One case for each write and each fault; crashes with the journal kept and lost. */
  List<FaultCase> faultCases(Set<FaultKind> kinds) {
    List<FaultCase> faultCases = new ArrayList<>();
    writes.forEach((scenario, list) -> {
      for (int at = 1; at <= list.size(); at++) {
        for (FaultKind kind : kinds) {
          List<PlannedFault> plannedFault = List.of(new PlannedFault(at, kind));
          faultCases.add(new FaultCase(scenario, seed, plannedFault, FaultCaseRun.Journal.KEPT));
          if (kind.deadly()) {
            faultCases.add(
                new FaultCase(scenario, seed, plannedFault, FaultCaseRun.Journal.LOST_AT_DEATH));
          }
        }
      }
    });
    return faultCases;
  }
}
