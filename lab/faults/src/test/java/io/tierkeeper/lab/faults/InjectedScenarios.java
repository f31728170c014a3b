package io.tierkeeper.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.faults.inject.FaultKind;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Strikes at some writes of a promotion and of a freeze; {@code ./tierkeeper prove --long} strikes at all of all courses. */
final class InjectedScenarios {

  private static final List<MoveScenario> COURSES =
      List.of(MoveScenario.PROMOTION, MoveScenario.FREEZE);

  private InjectedScenarios() {}

  /** Every write whose name begins so, with each fault; all must end well, and all must have been struck. */
  static void strike(String writes, Set<FaultKind> kinds) {
    Boundaries boundaries = Boundaries.of(COURSES, 1);
    int struck = 0;
    for (FaultCase trial : boundaries.trials(kinds)) {
      if (boundaries.struckBy(trial).startsWith(writes)) {
        FaultCase.Verdict verdict = trial.play();
        assertThat(verdict.faults()).as(trial.id()).isEmpty();
        assertThat(Objects.requireNonNull(verdict.outcome()).struck()).hasSize(1);
        struck++;
      }
    }
    assertThat(struck).isGreaterThanOrEqualTo(COURSES.size() * kinds.size());
  }
}
