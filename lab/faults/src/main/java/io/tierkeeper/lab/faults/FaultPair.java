package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A fault followed by another, or by the same once more, in a scenario: the first is injected at a write that the seed draws, the
 * second some writes later, which may be those of the process that comes after. What the first does may leave no write
 * for the second; then nearer places are tried.
 *
 * @param faultCases the same pair at each of its places
 */
record FaultPair(List<FaultCase> faultCases) {

  /** How far apart the two may be, in writes. */
  private static final int MAX_BETWEEN = 6;

  private static final int DRAWN = 2;

  /**
   * Every ordered pair in every scenario.
   *
   * @param writes of the scenarios without faults
   * @param seed draws the places
   */
  static List<FaultPair> all(Map<MoveScenario, List<String>> writes, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<FaultPair> pairs = new ArrayList<>();
    writes.forEach((scenario, list) -> {
      for (FaultKind first : FaultKind.values()) {
        for (FaultKind second : FaultKind.values()) {
          List<FaultCase> faultCases = new ArrayList<>();
          for (int i = 0; i < DRAWN; i++) {
            // Early enough that a write is left for the second fault, whatever the first has done.
            int at = 1 + random.nextInt(Math.max(1, list.size() * 2 / 3));
            int between = 1 + random.nextInt(Math.min(MAX_BETWEEN, list.size() - at));
            faultCases.add(faultCase(scenario, seed, at, first, between, second));
            faultCases.add(faultCase(scenario, seed, at, first, 1, second));
          }
          faultCases.add(faultCase(scenario, seed, 1, first, 1, second));
          pairs.add(new FaultPair(List.copyOf(faultCases)));
        }
      }
    });
    return pairs;
  }

  private static FaultCase faultCase(
      MoveScenario scenario, long seed, int at, FaultKind first, int between, FaultKind second) {
    return new FaultCase(
        scenario,
        seed,
        List.of(new PlannedFault(at, first), new PlannedFault(between, second)),
        FaultCaseRun.Journal.KEPT);
  }

  /** Runs it at one place after the other until both faults were injected or there is a finding. */
  Verdict<FaultCase, FaultCaseRun.Outcome> play() {
    Verdict<FaultCase, FaultCaseRun.Outcome> verdict = faultCases.getFirst().play();
    for (FaultCase next : faultCases.subList(1, faultCases.size())) {
      if (!verdict.findings().isEmpty() || FaultCase.injectedAll(verdict)) {
        break;
      }
      verdict = next.play();
    }
    return verdict;
  }

  /** The scenario and both faults, at whatever writes. */
  static String name(FaultCase faultCase) {
    return faultCase.scenario() + " "
        + faultCase.plannedFaults().stream().map(PlannedFault::kind).toList();
  }

  /** The scenario and both faults. */
  String name() {
    return name(faultCases.getFirst());
  }
}
