package io.tierkeeper.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.faults.inject.FaultKind;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Injects faults at some writes of a promotion and of a freeze; {@code ./tierkeeper prove --long} does at all of all scenarios. */
final class InjectedScenarios {

  private static final List<MoveScenario> COURSES =
      List.of(MoveScenario.PROMOTION, MoveScenario.FREEZE);

  private InjectedScenarios() {}

  /** Every write whose name begins so, with each fault; all must end without findings, and every fault must have been injected. */
  static void plannedFault(String writes, Set<FaultKind> kinds) {
    Boundaries boundaries = Boundaries.of(COURSES, 1);
    int injected = 0;
    for (FaultCase faultCase : boundaries.faultCases(kinds)) {
      if (boundaries.faultedWrite(faultCase).startsWith(writes)) {
        FaultCase.Verdict verdict = faultCase.play();
        assertThat(verdict.faults()).as(faultCase.id()).isEmpty();
        assertThat(Objects.requireNonNull(verdict.outcome()).injected()).hasSize(1);
        injected++;
      }
    }
    assertThat(injected).isGreaterThanOrEqualTo(COURSES.size() * kinds.size());
  }
}
