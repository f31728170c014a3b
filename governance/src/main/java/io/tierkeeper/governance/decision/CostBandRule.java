package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.TierState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Under a {@link CostBand} only a tenant moves that has accumulated enough cost. */
final class CostBandRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    CostBand band = input.policy().costBand();
    if (band == null) {
      return List.of();
    }
    CostAccount account = account(band, input.measured().costAccount(), input.tier());
    double required = band.required(wanted, account);
    String end = switch (wanted) {
      case PROMOTE -> ">= " + GateText.share(band.width());
      case DEMOTE -> "<= 0";
    };
    // What drifts with every measurement stands in the first text, so that the second stays as it
    // is.
    return List.of(new Gate(
        "AccumulatedCost",
        GateText.share(account.accumulated()) + " of " + GateText.share(band.width()) + ", credit "
            + GateText.share(Math.max(0, account.credit())) + ", "
            + GateText.share(Math.max(0, band.distance(wanted, account))) + " to go"
            + (band.close(wanted, account)
                ? ", close: the costs of moves vary by " + GateText.share(band.deviation())
                : ""),
        end + ", or from " + GateText.share(band.earliest())
            + " on as far as credit covers the rest",
        band.requires(wanted, account),
        null,
        account.accumulated(),
        required));
  }

  /** The account of a tenant, which is a new one where it was never measured. */
  static CostAccount account(CostBand band, @Nullable CostAccount account, TierState tier) {
    return account == null ? band.open(tier.hot()) : band.fit(account);
  }

  /** The reason to move. */
  static DecisionReason reasonToMove(Direction wanted) {
    return switch (wanted) {
      case PROMOTE -> DecisionReason.FALLBACK_TOO_DEAR;
      case DEMOTE -> DecisionReason.DEDICATED_TOO_DEAR;
    };
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.INSIDE_COST_BAND;
  }

  @Override
  public boolean appliesToPinned() {
    return false;
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
