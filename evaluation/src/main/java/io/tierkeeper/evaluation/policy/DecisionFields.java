package io.tierkeeper.evaluation.policy;

import static java.util.Objects.requireNonNull;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.DampingSpec;
import io.tierkeeper.api.v1alpha1.DemoteThreshold;
import io.tierkeeper.api.v1alpha1.DemotionSpec;
import io.tierkeeper.api.v1alpha1.PromoteThreshold;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.governance.TierPenalties;
import io.tierkeeper.governance.decision.Cooldown;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.FlapBudget;
import io.tierkeeper.governance.decision.Limits;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.Pin;
import io.tierkeeper.governance.decision.Thresholds;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of a completed TierPolicy, and the overrides of a TenantTier, that damping and decisions depend on. A
 * value that cannot be used is an {@link InvalidValueException}.
 */
final class DecisionFields {

  /** Readers of the audit trail take numbers for doubles; beyond this they would be rounded. */
  private static final long MAX_POINTS = (1L << 53) - 1;

  private static final double MAX_WEIGHT = 999_999;

  private DecisionFields() {}

  /** The weights of the damping. */
  static GovernanceParameters damping(TierPolicySpec completed) {
    DampingSpec d = requireNonNull(completed.damping());
    DampingSpec.Penalties p = requireNonNull(d.penalties());
    double coherence = weight("spec.damping.coherenceWeight", d.coherenceWeight());
    double tracking = weight("spec.damping.trackingWeight", d.trackingWeight());
    if (coherence + tracking <= 0) {
      throw new InvalidValueException(
          "spec.damping.coherenceWeight",
          "'" + d.coherenceWeight() + "'",
          "above 0, unless trackingWeight is above 0; it is " + d.trackingWeight());
    }
    return new GovernanceParameters(
        switch (requireNonNull(d.objective())) {
          case Coupled -> Objective.COUPLED;
          case Literal -> Objective.LITERAL;
        },
        weight("spec.damping.varianceWeight", d.varianceWeight()),
        weight("spec.damping.penaltyWeight", d.penaltyWeight()),
        coherence,
        tracking,
        whole("spec.damping.window", d.window(), 0),
        new TierPenalties(
            weight("spec.damping.penalties.fallback", p.fallback()),
            weight("spec.damping.penalties.dedicated", p.dedicated()),
            weight("spec.damping.penalties.promoting", p.promoting()),
            weight("spec.damping.penalties.demoting", p.demoting())),
        PenaltyTermFields.terms(d.penaltyTerms()));
  }

  /** What decisions about one tenant depend on; what its TenantTier sets wins over the policy, field by field. */
  static DecisionPolicy decisions(TierPolicySpec policy, @Nullable TenantTierSpec tenant) {
    Thresholds promote =
        promote(requireNonNull(policy.promote()), tenant == null ? null : tenant.promote());
    Thresholds demote =
        demote(requireNonNull(policy.demote()), tenant == null ? null : tenant.demote());
    requireGap(promote, demote);
    TierPolicySpec.Mass mass = requireNonNull(policy.mass());
    TierPolicySpec.Cooldown cooldown = requireNonNull(policy.cooldown());
    TierPolicySpec.FlapBudget flaps = requireNonNull(policy.flapBudget());
    TierPolicySpec.Limits limits = requireNonNull(policy.limits());
    return new DecisionPolicy(
        switch (requireNonNull(policy.mode())) {
          case Off -> Mode.OFF;
          case Recommend -> Mode.RECOMMEND;
          case Approve -> Mode.APPROVE;
          case Auto -> Mode.AUTO;
        },
        promote,
        demote,
        new Cooldown(
            duration("spec.cooldown.afterMove", cooldown.afterMove()),
            duration("spec.cooldown.afterAbort", cooldown.afterAbort())),
        new FlapBudget(
            whole("spec.flapBudget.maxMoves", flaps.maxMoves(), 1),
            duration("spec.flapBudget.period", flaps.period())),
        new Limits(
            whole("spec.limits.maxDedicated", limits.maxDedicated(), 0),
            whole("spec.limits.maxConcurrentMoves", limits.maxConcurrentMoves(), 1)),
        whole("spec.mass.minSamples", mass.minSamples(), 1),
        duration("spec.mass.staleAfter", mass.staleAfter()),
        directions(requireNonNull(requireNonNull(policy.approval()).required())),
        requireNonNull(policy.demotion()).strategy() == DemotionSpec.Strategy.Never,
        switch (requireNonNull(policy.decision())) {
          case Thresholds -> null;
          case CostBand -> costBand(policy.costBand());
        });
  }

  private static CostBand costBand(TierPolicySpec.@Nullable CostBand given) {
    if (given == null) {
      return CostBand.defaults();
    }
    double promotion = cost("spec.costBand.promotionCost", given.promotionCost());
    double demotion = cost("spec.costBand.demotionCost", given.demotionCost());
    if (promotion + demotion <= 0) {
      throw new InvalidValueException(
          "spec.costBand.promotionCost",
          "'" + given.promotionCost() + "'",
          "above 0, unless demotionCost is above 0; it is " + given.demotionCost());
    }
    CostBand band = new CostBand(promotion, demotion);
    return Boolean.TRUE.equals(given.addMeasured()) ? band.withMeasured(MoveCosts.NONE) : band;
  }

  private static double cost(String field, @Nullable String text) {
    if (text == null) {
      throw new InvalidValueException(field, "missing", "a number from 0 to 999999");
    }
    return weight(field, text);
  }

  /** The tier that a TenantTier requests; absent means that the thresholds decide. */
  static Pin pin(TenantTierSpec tenant) {
    TenantTierSpec.Tier tier = tenant.tier();
    if (tier == null) {
      return Pin.AUTO;
    }
    return switch (tier) {
      case Auto -> Pin.AUTO;
      case Fallback -> Pin.FALLBACK;
      case Dedicated -> Pin.DEDICATED;
    };
  }

  /** The factor on a tenant's points under metric Weighted, at least 0; absent means 1. */
  static double weight(TenantTierSpec tenant) {
    String weight = tenant.weight();
    return weight == null ? 1.0 : weight("spec.weight", weight);
  }

  private static Thresholds promote(PromoteThreshold policy, @Nullable PromoteThreshold override) {
    PromoteThreshold o = override == null ? new PromoteThreshold(null, null, null, null) : override;
    return new Thresholds(
        share("spec.promote.aboveShare", first(o.aboveShare(), policy.aboveShare())),
        points("spec.promote.minPoints", first(o.minPoints(), policy.minPoints()), 1),
        match(first(o.match(), policy.match())),
        duration(
            "spec.promote.stabilizationWindow",
            first(o.stabilizationWindow(), policy.stabilizationWindow())));
  }

  private static Thresholds demote(DemoteThreshold policy, @Nullable DemoteThreshold override) {
    DemoteThreshold o = override == null ? new DemoteThreshold(null, null, null, null) : override;
    return new Thresholds(
        share("spec.demote.belowShare", first(o.belowShare(), policy.belowShare())),
        points("spec.demote.maxPoints", first(o.maxPoints(), policy.maxPoints()), 0),
        match(first(o.match(), policy.match())),
        duration(
            "spec.demote.stabilizationWindow",
            first(o.stabilizationWindow(), policy.stabilizationWindow())));
  }

  /** Both bounds may come from different objects, so no schema can compare them. */
  private static void requireGap(Thresholds promote, Thresholds demote) {
    double above = promote.share().getAsDouble();
    double below = demote.share().getAsDouble();
    if (below >= above) {
      throw new InvalidValueException(
          "spec.demote.belowShare",
          String.valueOf(below),
          "a share below promote.aboveShare, which is " + above);
    }
    if (promote.points().isPresent()
        && demote.points().isPresent()
        && demote.points().getAsLong() >= promote.points().getAsLong()) {
      throw new InvalidValueException(
          "spec.demote.maxPoints",
          String.valueOf(demote.points().getAsLong()),
          "a number below promote.minPoints, which is " + promote.points().getAsLong());
    }
  }

  private static Set<Direction> directions(List<io.tierkeeper.api.v1alpha1.Direction> given) {
    Set<Direction> directions = EnumSet.noneOf(Direction.class);
    for (io.tierkeeper.api.v1alpha1.Direction direction : given) {
      directions.add(
          switch (direction) {
            case Promote -> Direction.PROMOTE;
            case Demote -> Direction.DEMOTE;
          });
    }
    return directions;
  }

  private static Match match(io.tierkeeper.api.v1alpha1.@Nullable Match match) {
    return switch (requireNonNull(match)) {
      case Either -> Match.EITHER;
      case Both -> Match.BOTH;
    };
  }

  private static OptionalDouble share(String field, @Nullable String text) {
    return OptionalDouble.of(DecimalText.parseShare(field, requireNonNull(text)));
  }

  private static OptionalLong points(String field, @Nullable Long points, long least) {
    if (points == null) {
      return OptionalLong.empty();
    }
    if (points < least || points > MAX_POINTS) {
      throw new InvalidValueException(
          field, points.toString(), "a whole number from " + least + " to " + MAX_POINTS);
    }
    return OptionalLong.of(points);
  }

  /** Reads a decimal from 0 to 999999. */
  static double weight(String field, @Nullable String text) {
    return DecimalText.parse(field, requireNonNull(text), 0, MAX_WEIGHT);
  }

  private static Duration duration(String field, @Nullable String text) {
    return DurationText.parse(field, requireNonNull(text));
  }

  private static int whole(String field, @Nullable Integer number, int least) {
    if (requireNonNull(number) < least) {
      throw new InvalidValueException(
          field, number.toString(), "a whole number of at least " + least);
    }
    return number;
  }

  private static <T> @Nullable T first(@Nullable T override, @Nullable T policy) {
    return override == null ? policy : override;
  }
}
