package io.tierkeeper.governance.decision;

import io.tierkeeper.governance.TierState;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rules in their order. Every rule that applies is evaluated, so that all obstacles are visible; the
 * first that does not pass gives the reason.
 */
public final class DecisionChain {
  private static final List<DecisionRule> RULES = List.of(
      new MoveInProgressRule(),
      new PinRule(),
      new FreshnessRule(),
      new PenaltyRule(),
      new ThresholdRule(),
      new CostBandRule(),
      new StabilisationRule(),
      new CooldownRule(),
      new FlapBudgetRule(),
      new DemotionNeverRule(),
      new ModeRule(),
      new CapacityRule(),
      new BusyRule(),
      new PauseRule(),
      new MaintenanceWindowRule());

  /** Decides about one tenant. */
  public Decision decide(DecisionInput input) {
    Direction wanted = Direction.from(input.tier());
    boolean pinned = !input.tier().moving() && input.pin().requires(wanted);
    List<Gate> gates = new ArrayList<>();
    DecisionReason held = null;
    boolean advisable = true;
    for (DecisionRule rule : RULES) {
      if (pinned && !rule.appliesToPinned()) {
        continue;
      }
      List<Gate> answered = rule.evaluate(input, wanted);
      gates.addAll(answered);
      if (!rule.passes(input, wanted, answered)) {
        advisable &= !rule.isSignal();
        if (held == null) {
          held = rule.reason(input, wanted, firstUnmet(answered));
        }
      }
    }
    if (input.policy().mode() == Mode.OFF && held != DecisionReason.MOVE_IN_PROGRESS) {
      // Without advice, what the other rules say is no reason for anything.
      held = DecisionReason.MODE_OFF;
      advisable = false;
    }
    return held == null
        ? move(input, wanted, pinned, gates)
        : new Hold(
            input.tenant(),
            held,
            gates,
            input.measured().dampedMass(),
            input.measured().points(),
            advisable ? wanted : null);
  }

  /**
   * Whether the tenant is beyond a threshold of its tier, beyond what its cost band requires, or pinned elsewhere: the one question that is cheap enough
   * for each of a million tenants. For all others {@link #decide} holds.
   *
   * @return the direction it should go if nothing holds it, or null
   */
  public @Nullable Direction wanted(
      DecisionPolicy policy, Pin pin, TierState tier, double dampedMass, long points) {
    return wanted(policy, pin, tier, dampedMass, points, null);
  }

  /** The same under a policy that may have a {@link CostBand}, given its account of the tenant. */
  public @Nullable Direction wanted(
      DecisionPolicy policy,
      Pin pin,
      TierState tier,
      double dampedMass,
      long points,
      @Nullable CostAccount costAccount) {
    Direction direction = Direction.from(tier);
    if (tier.moving() || pin.holds(tier)) {
      return null;
    }
    if (pin.requires(direction)) {
      return direction;
    }
    CostBand band = policy.costBand();
    boolean wanted = band == null
        ? ThresholdRule.holds(policy, dampedMass, points, direction)
        : band.requires(direction, CostBandRule.account(band, costAccount, tier));
    return wanted ? direction : null;
  }

  private static Decision move(
      DecisionInput input, Direction wanted, boolean pinned, List<Gate> gates) {
    boolean approval = input.policy().needsApproval(wanted);
    double excess = DecisionRanking.excess(
        input.policy(), input.measured().dampedMass(), input.measured().points(), wanted);
    return switch (wanted) {
      case PROMOTE ->
        new Promote(
            input.tenant(),
            pinned ? DecisionReason.PINNED_DEDICATED : reasonToMove(input, wanted),
            gates,
            input.measured().dampedMass(),
            input.measured().points(),
            excess,
            pinned,
            approval);
      case DEMOTE ->
        new Demote(
            input.tenant(),
            pinned ? DecisionReason.PINNED_FALLBACK : reasonToMove(input, wanted),
            gates,
            input.measured().dampedMass(),
            input.measured().points(),
            excess,
            pinned,
            approval);
    };
  }

  private static DecisionReason reasonToMove(DecisionInput input, Direction wanted) {
    return input.policy().costBand() == null
        ? ThresholdRule.reasonToMove(input, wanted)
        : CostBandRule.reasonToMove(wanted);
  }

  private static Gate firstUnmet(List<Gate> gates) {
    for (Gate gate : gates) {
      if (!gate.met()) {
        return gate;
      }
    }
    throw new IllegalStateException("a rule holds with all its gates met: " + gates);
  }
}
