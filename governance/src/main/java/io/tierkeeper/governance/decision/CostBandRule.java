package io.tierkeeper.governance.decision;

import java.util.List;

/** Under a {@link CostBand} only a tenant at the end of the band moves. */
final class CostBandRule implements DecisionRule {
  @Override
  public List<Gate> ask(DecisionInput input, Direction wanted) {
    CostBand band = input.policy().costBand();
    if (band == null) {
      return List.of();
    }
    double accumulated = input.accumulatedCost().orElse(band.start(input.tier()));
    double end = switch (wanted) {
      case PROMOTE -> band.width();
      case DEMOTE -> 0;
    };
    String sign = switch (wanted) {
      case PROMOTE -> ">= ";
      case DEMOTE -> "<= ";
    };
    return List.of(new Gate(
        "AccumulatedCost",
        GateText.share(accumulated),
        sign + GateText.share(end) + " (band 0 to " + GateText.share(band.width()) + ", "
            + GateText.share(band.distance(wanted, accumulated)) + " to go)",
        band.asksFor(wanted, accumulated),
        null,
        accumulated,
        end));
  }

  /** The reason to move. */
  static DecisionReason reasonToMove(Direction wanted) {
    return switch (wanted) {
      case PROMOTE -> DecisionReason.COST_BAND_FULL;
      case DEMOTE -> DecisionReason.COST_BAND_EMPTY;
    };
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.INSIDE_COST_BAND;
  }

  @Override
  public boolean asksPinned() {
    return false;
  }

  @Override
  public boolean isSignal() {
    return true;
  }
}
