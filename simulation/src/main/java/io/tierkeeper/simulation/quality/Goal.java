package io.tierkeeper.simulation.quality;

import io.tierkeeper.simulation.trace.TraceFamilies;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * What the bounded policy is to reach, and what it reached.
 *
 * @param text what is to be reached
 * @param measured the figure, and where it was found
 * @param met whether it was reached
 */
public record Goal(String text, String measured, boolean met) {
  private static final double MOST_RATIO = 3;
  private static final double MOST_MEAN = 1.8;
  private static final double MOST_IN_ONE = 2.0;
  private static final double OVER_BEST_RIVAL = 1.1;
  private static final double OVER_OPTIMUM_MOVES = 1.3;
  private static final double MOST_FLAPS_ON_BURSTS = 3;
  private static final int MOST_EVALUATIONS = 3;

  /** Checks a policy against the goals for all families; whatever needs rivals is left out without them. */
  public static List<Goal> judge(List<FamilyFigures> families, Candidate bounded) {
    String name = bounded.name();
    List<FamilyFigures> ordinary = families.stream()
        .filter(
            family -> TraceFamilies.NAMES.indexOf(family.source().name()) < TraceFamilies.ORDINARY)
        .toList();
    List<Goal> goals = new ArrayList<>();
    goals.add(worst(
        "worst tenant's cost <= 3 x optimum in every family",
        families,
        family -> family.policy(name).worstTenantRatio(),
        MOST_RATIO));
    double mean = ordinary.stream()
        .mapToDouble(family -> family.policy(name).costRatio().mean())
        .average()
        .orElseThrow();
    goals.add(
        new Goal("mean cost over (a) to (g) <= 1.8 x optimum", number(mean), mean <= MOST_MEAN));
    goals.add(worst(
        "cost in each of (a) to (g) <= 2.0 x optimum",
        ordinary,
        family -> family.policy(name).costRatio().mean(),
        MOST_IN_ONE));
    if (families.stream().allMatch(family -> family.bestInHindsight() != null)) {
      goals.add(worst(
          "cost <= 1.1 x that of the best of 180 rivals in each of (a) to (g)",
          ordinary,
          family -> family.policy(name).costRatio().mean()
              / java.util.Objects.requireNonNull(family.bestInHindsight())
                  .costRatio()
                  .mean(),
          OVER_BEST_RIVAL));
    }
    goals.add(worst(
        "moves <= 1.3 x the optimum's in each of (a) to (g)",
        ordinary,
        family -> movesOverOptimum(family.policy(name)),
        OVER_OPTIMUM_MOVES));
    goals.add(worst(
        "no flaps in steady-zipf, diurnal and threshold-hugger, per 1,000 tenant-days",
        named(families, "steady-zipf", "diurnal", "threshold-hugger"),
        family -> family.policy(name).flapsPer1000TenantDays().mean(),
        0));
    goals.add(worst(
        "at most 3 flaps per 1,000 tenant-days in burst-purge",
        named(families, "burst-purge"),
        family -> family.policy(name).flapsPer1000TenantDays().mean(),
        MOST_FLAPS_ON_BURSTS));
    OptionalInt reaction =
        Reaction.evaluations(bounded, families.getFirst().source().promotionShare(), 0.6, 6);
    goals.add(new Goal(
        "promotes at the third evaluation after a step from 0.6 to 6 times the promotion size",
        reaction.isPresent() ? "evaluation " + reaction.getAsInt() : "not in a month",
        reaction.orElse(Integer.MAX_VALUE) <= MOST_EVALUATIONS));
    return goals;
  }

  /** Moves over the optimum's; where the optimum never moves, one move is infinitely many. */
  private static double movesOverOptimum(PolicyFigures policy) {
    double moves = policy.movesPerTenantDay().mean();
    double optimum = policy.optimumMovesPerTenantDay().mean();
    return moves == 0 ? 0 : moves / optimum;
  }

  private static List<FamilyFigures> named(List<FamilyFigures> families, String... names) {
    return families.stream()
        .filter(family -> List.of(names).contains(family.source().name()))
        .toList();
  }

  private static Goal worst(
      String text,
      List<FamilyFigures> families,
      ToDoubleFunction<FamilyFigures> figure,
      double most) {
    FamilyFigures worst = families.stream()
        .max(Comparator.comparingDouble(figure))
        .orElseThrow(() -> new IllegalArgumentException("no family for: " + text));
    double value = figure.applyAsDouble(worst);
    return new Goal(text, number(value) + " in " + worst.source().name(), value <= most);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
