package io.tierkeeper.governance.decision;

/** Why a decision is what it is: a PascalCase name and one sentence each. */
public enum DecisionReason {
  SHARE_ABOVE_PROMOTE("ShareAbovePromote", "The damped share is above the promotion threshold."),
  POINTS_ABOVE_PROMOTE(
      "PointsAbovePromote",
      "The tenant has at least as many points as the promotion threshold requires."),
  SHARE_BELOW_DEMOTE("ShareBelowDemote", "The damped share is below the demotion threshold."),
  POINTS_BELOW_DEMOTE(
      "PointsBelowDemote", "The tenant has no more points than the demotion threshold allows."),
  FALLBACK_TOO_DEAR(
      "FallbackTooDear",
      "The fallback has cost enough more than a shard key of its own to be worth a move."),
  DEDICATED_TOO_DEAR(
      "DedicatedTooDear",
      "The shard key of its own has cost enough more than the fallback to be worth a move."),
  INSIDE_COST_BAND(
      "InsideCostBand", "Not enough cost has accumulated yet to leave the present tier."),
  PINNED_DEDICATED("PinnedDedicated", "The TenantTier pins the tenant to a shard key of its own."),
  PINNED_FALLBACK("PinnedFallback", "The TenantTier pins the tenant to the fallback."),
  BETWEEN_THRESHOLDS(
      "BetweenThresholds", "The thresholds give no reason to leave the present tier."),
  STABILIZING("Stabilizing", "The threshold has not been passed for long enough without a break."),
  COOLING_DOWN("CoolingDown", "The last move of this tenant ended too recently."),
  FLAP_BUDGET_EXHAUSTED(
      "FlapBudgetExhausted",
      "The tenant has used up the moves it may make in the policy's period."),
  CAPACITY_REACHED(
      "CapacityReached", "As many tenants have a shard key of their own as the policy allows."),
  OUTSIDE_WINDOW("OutsideWindow", "No maintenance window is open for this direction."),
  PAUSED("Paused", "Moves in this direction are paused."),
  MODE_OFF("ModeOff", "The policy gives no advice."),
  RECOMMEND_ONLY("RecommendOnly", "The policy gives advice and moves nothing."),
  AWAITING_APPROVAL("AwaitingApproval", "The plan needs approval."),
  MEASUREMENT_STALE("MeasurementStale", "The last measurement is too old, or there is none."),
  TOO_FEW_SAMPLES("TooFewSamples", "There are fewer measurements than the policy requires."),
  MOVE_IN_PROGRESS("MoveInProgress", "The tenant is being moved."),
  COLLECTION_BUSY("CollectionBusy", "Another move or a foreign mover is at work."),
  DEMOTION_NEVER(
      "DemotionNever", "The policy reports tenants that could be demoted and never demotes them.");

  private final String label;
  private final String sentence;

  DecisionReason(String label, String sentence) {
    this.label = label;
    this.sentence = sentence;
  }

  /** The PascalCase name that the API uses. */
  public String label() {
    return label;
  }

  /** One sentence for people. */
  public String sentence() {
    return sentence;
  }
}
