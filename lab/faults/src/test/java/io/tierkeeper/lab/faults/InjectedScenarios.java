package io.tierkeeper.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Injects faults at some writes of a promotion and of a freeze; {@code ./tierkeeper prove --long} does at all of all scenarios. */
final class InjectedScenarios {

  private static final List<MoveScenario> SCENARIOS =
      List.of(MoveScenario.PROMOTION, MoveScenario.FREEZE);

  private InjectedScenarios() {}

  /** Every write whose name begins so, with each fault; all must end without findings, and every fault must have been injected. */
  static void inject(String writes, Set<FaultKind> kinds) {
    Boundaries boundaries = Boundaries.of(SCENARIOS, 1);
    int injected = 0;
    for (FaultCase faultCase : boundaries.faultCases(kinds)) {
      if (boundaries.faultedWrite(faultCase).startsWith(writes)) {
        Verdict<FaultCase, FaultCaseRun.Outcome> verdict = faultCase.play();
        assertThat(verdict.findings()).as(faultCase.id()).isEmpty();
        assertThat(Objects.requireNonNull(verdict.report()).injected()).hasSize(1);
        injected++;
      }
    }
    assertThat(injected).isGreaterThanOrEqualTo(SCENARIOS.size() * kinds.size());
  }
}
