package io.tierkeeper.governance.decision;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tenant may move only so often in a period. */
final class FlapBudgetRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    FlapBudget budget = input.policy().flapBudget();
    Instant start = input.now().minus(budget.period());
    List<Instant> counted = counted(input.moves().recent(), start);
    return List.of(new Gate(
        "FlapBudget",
        counted.size() + " moves in " + GateText.duration(budget.period()),
        "< " + budget.maxMoves(),
        counted.size() < budget.maxMoves(),
        opens(counted, budget),
        (double) counted.size(),
        (double) budget.maxMoves()));
  }

  private static List<Instant> counted(List<Instant> moves, Instant start) {
    if (moves.isEmpty()) {
      return moves;
    }
    List<Instant> counted = new ArrayList<>(moves);
    counted.removeIf(move -> !move.isAfter(start));
    counted.sort(Comparator.naturalOrder());
    return counted;
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
