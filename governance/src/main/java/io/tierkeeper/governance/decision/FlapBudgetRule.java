package io.tierkeeper.governance.decision;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tenant may move only so often in a period. */
final class FlapBudgetRule implements DecisionRule {
  @Override
  public List<Gate> ask(DecisionInput input, Direction wanted) {
    FlapBudget budget = input.policy().flapBudget();
    Instant start = input.now().minus(budget.period());
    List<Instant> counted = input.recentMoves().stream()
        .filter(move -> move.isAfter(start))
        .sorted()
        .toList();
    return List.of(new Gate(
        "FlapBudget",
        counted.size() + " moves in " + GateText.duration(budget.period()),
        "< " + budget.maxMoves(),
        counted.size() < budget.maxMoves(),
        opens(counted, budget),
        (double) counted.size(),
        (double) budget.maxMoves()));
  }

  /** When enough of the counted moves have left the period. */
  private static @Nullable Instant opens(List<Instant> counted, FlapBudget budget) {
    int surplus = counted.size() - budget.maxMoves();
    return surplus < 0 ? null : counted.get(surplus).plus(budget.period());
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.FLAP_BUDGET_EXHAUSTED;
  }
}
