package io.tierkeeper.governance.decision;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import java.util.EnumSet;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a TierPolicy that decisions depend on.
 *
 * @param mode how much the operator may do by itself
 * @param promote when a tenant is promoted
 * @param demote when a tenant is demoted; each threshold below its counterpart in {@code promote}
 * @param cooldown rest after a move
 * @param flapBudget how often one tenant may move
 * @param limits on dedicated tenants and concurrent moves
 * @param minSamples measurements a decision needs, >= 0
 * @param staleAfter how old the last measurement may be, >= 0
 * @param approvalRequired the directions that need approval in {@link Mode#AUTO}
 * @param demotionNever whether demotion is only reported
 * @param costBand decides instead of the thresholds and their stabilisation, of which the shares and points of {@code
 *     promote} remain as the promotion size; null for the thresholds
 */
@RecordBuilder
public record DecisionPolicy(
    Mode mode,
    Thresholds promote,
    Thresholds demote,
    Cooldown cooldown,
    FlapBudget flapBudget,
    Limits limits,
    int minSamples,
    Duration staleAfter,
    Set<Direction> approvalRequired,
    boolean demotionNever,
    @Nullable CostBand costBand)
    implements DecisionPolicyBuilder.With {
  private static final DecisionPolicy DEFAULTS = new DecisionPolicy(
      Mode.RECOMMEND,
      new Thresholds(
          OptionalDouble.of(0.15), OptionalLong.empty(), Match.EITHER, Duration.ofMinutes(30)),
      new Thresholds(
          OptionalDouble.of(0.05), OptionalLong.empty(), Match.BOTH, Duration.ofHours(24)),
      new Cooldown(Duration.ofHours(6), Duration.ofHours(12)),
      new FlapBudget(2, Duration.ofHours(168)),
      new Limits(200, 1),
      3,
      Duration.ofMinutes(10),
      EnumSet.of(Direction.DEMOTE),
      false,
      null);

  /** Checks the values; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public DecisionPolicy {
    if (promote.share().isPresent()
        && demote.share().isPresent()
        && !(demote.share().getAsDouble() < promote.share().getAsDouble())) {
      throw Rejected.because(
          "demote.belowShare",
          demote.share().getAsDouble(),
          "a share below promote.aboveShare, which is " + promote.share().getAsDouble());
    }
    if (promote.points().isPresent()
        && demote.points().isPresent()
        && demote.points().getAsLong() >= promote.points().getAsLong()) {
      throw Rejected.because(
          "demote.maxPoints",
          demote.points().getAsLong(),
          "a number below promote.minPoints, which is " + promote.points().getAsLong());
    }
    Rejected.ifBelow(0, "mass.minSamples", minSamples);
    Rejected.ifNegative("mass.staleAfter", staleAfter);
    approvalRequired = Set.copyOf(approvalRequired);
  }

  /** The policy that a TierPolicy without fields means. */
  public static DecisionPolicy defaults() {
    return DEFAULTS;
  }

  /** The same with what finished moves have cost counted into its cost band, if that counts them at all. */
  public DecisionPolicy withMeasured(MoveCosts costs) {
    return costBand == null || costBand.measured() == null
        ? this
        : withCostBand(costBand.withMeasured(costs));
  }

  /** The thresholds of a direction. */
  public Thresholds thresholds(Direction direction) {
    return switch (direction) {
      case PROMOTE -> promote;
      case DEMOTE -> demote;
    };
  }

  /** Whether a move in this direction needs approval. */
  public boolean needsApproval(Direction direction) {
    return switch (mode) {
      case OFF, RECOMMEND, APPROVE -> true;
      case AUTO -> approvalRequired.contains(direction);
    };
  }
}
