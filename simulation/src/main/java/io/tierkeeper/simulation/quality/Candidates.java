package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.governance.TierPenalties;
import io.tierkeeper.governance.decision.Cooldown;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.FlapBudget;
import io.tierkeeper.governance.decision.Limits;
import io.tierkeeper.governance.decision.Match;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.Thresholds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The policies that come with the simulator, and the rivals that it tunes; shares are scaled to a promotion share. */
public final class Candidates {
  /** What a TierPolicy without fields means, with its shares scaled. */
  public static final String DEFAULT = "default";

  /** The cost band, without anything that would delay a move. */
  public static final String COST_BAND = "cost-band";

  /** What a TierPolicy with {@code decision: CostBand} and nothing else means, with its shares scaled. */
  public static final String GUARDED = "cost-band-guarded";

  /** Undamped: promote above the promotion size, demote below half of it. */
  public static final String HYSTERESIS = "hysteresis";

  /** Undamped: above the promotion size promoted, below it demoted. */
  public static final String NAIVE = "naive";

  /** All names. */
  public static final List<String> NAMES = List.of(COST_BAND, GUARDED, DEFAULT, HYSTERESIS, NAIVE);

  private static final double[] PROMOTE = {0.8, 0.9, 1, 1.1, 1.25, 1.5};
  private static final double[] DEMOTE = {0.2, 0.33, 0.5, 0.67, 0.8, 0.9};
  private static final int[] STABLE_HOURS = {0, 1, 4, 12, 24};

  /** No limit that a scenario could reach. */
  private static final Limits NO_CAP = new Limits(100_000, 100_000);

  private static final FlapBudget NO_BUDGET = new FlapBudget(1_000_000, Duration.ofHours(1));
  private static final Cooldown NO_COOLDOWN = new Cooldown(Duration.ZERO, Duration.ZERO);

  /** Weights with which alpha* is zero: the published share is the observed one. */
  private static final GovernanceParameters UNDAMPED =
      new GovernanceParameters(Objective.COUPLED, 0, 0, 0, 1, 0, TierPenalties.defaults());

  private Candidates() {}

  /**
   * One of {@link #NAMES}.
   *
   * @param promotionShare the share that promotion requires, in (0,1)
   * @throws IllegalArgumentException for another name
   */
  public static Candidate named(String name, double promotionShare) {
    return switch (name) {
      case COST_BAND ->
        new Candidate(
            name,
            GovernanceParameters.defaults(),
            unhindered(promotionShare, promotionShare / 3, Duration.ZERO, CostBand.defaults()));
      case GUARDED -> scaledDefault(name, promotionShare, CostBand.defaults());
      case DEFAULT -> scaledDefault(name, promotionShare, null);
      case HYSTERESIS ->
        new Candidate(
            name, UNDAMPED, unhindered(promotionShare, promotionShare / 2, Duration.ZERO, null));
      case NAIVE ->
        new Candidate(
            name,
            UNDAMPED,
            unhindered(promotionShare, Math.nextDown(promotionShare), Duration.ZERO, null));
      default ->
        throw new IllegalArgumentException(
            "policy is " + name + "; allowed is one of " + String.join(", ", NAMES));
    };
  }

  private static Candidate scaledDefault(
      String name, double promotionShare, @Nullable CostBand band) {
    DecisionPolicy defaults = DecisionPolicy.defaults();
    double scale = promotionShare / defaults.promote().share().getAsDouble();
    return new Candidate(
        name,
        GovernanceParameters.defaults(),
        defaults.with(policy -> policy
            .promote(scaled(defaults.promote(), scale))
            .demote(scaled(defaults.demote(), scale))
            .costBand(band)));
  }

  private static Thresholds scaled(Thresholds thresholds, double scale) {
    return new Thresholds(
        OptionalDouble.of(thresholds.share().getAsDouble() * scale),
        thresholds.points(),
        thresholds.match(),
        thresholds.stabilizationWindow());
  }

  /**
   * The 180 rivals: damped thresholds with six levels of promotion, six of demotion and five stabilisation windows. The
   * best of them is chosen in hindsight, which no operator can.
   */
  public static List<Candidate> rivals(double promotionShare) {
    List<Candidate> rivals = new ArrayList<>();
    for (double promote : PROMOTE) {
      for (double demote : DEMOTE) {
        for (int hours : STABLE_HOURS) {
          rivals.add(new Candidate(
              "promote " + promote + " demote " + demote + " stable " + hours + "h",
              GovernanceParameters.defaults(),
              unhindered(
                  promotionShare * promote,
                  promotionShare * promote * demote,
                  Duration.ofHours(hours),
                  null)));
        }
      }
    }
    return rivals;
  }

  private static DecisionPolicy unhindered(
      double promote, double demote, Duration stable, @Nullable CostBand band) {
    return new DecisionPolicy(
        Mode.AUTO,
        new Thresholds(OptionalDouble.of(promote), OptionalLong.empty(), Match.EITHER, stable),
        new Thresholds(OptionalDouble.of(demote), OptionalLong.empty(), Match.BOTH, stable),
        NO_COOLDOWN,
        NO_BUDGET,
        NO_CAP,
        1,
        DecisionPolicy.defaults().staleAfter(),
        Set.of(),
        false,
        band);
  }
}
