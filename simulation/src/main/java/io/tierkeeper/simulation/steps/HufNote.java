package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.Coherence;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.simulation.steps.StepComparison.Alternative;
import io.tierkeeper.simulation.steps.StepComparison.Baseline;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import io.tierkeeper.simulation.steps.StepScenario.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the HUF note says about its ten steps as a whole, and where it contradicts itself. */
public final class HufNote {
  /** Loss of share of kb, under "Artifacts". */
  public static final double EROSION = -0.135;

  /** The same, under "Demotion Impact". */
  public static final double EROSION_UNDER_DEMOTION = -0.128;

  /** C(H). */
  public static final double COHERENCE = 0.926;

  /** alpha* of a tenant in the fallback, under "Cumulative Results". */
  public static final double FALLBACK_ALPHA = 0.46;

  /** How to label figures that follow from no formula. */
  public static final String LABEL =
      "illustrative figures of the source note; C_local, C(H) and the comparisons follow from no formula in it";

  /** What the agreement of two columns is worth. */
  public static final String FITTED =
      "The odds factors of the steps are fitted to the note's rho_post, so with the default parameters rho_post agrees by construction; alpha* is not fitted.";

  private static final double NON_TIERED_GAIN = 0.016;
  private static final double STATIC_GAIN = 0.020;

  private HufNote() {}

  /**
   * A gain in coherence that the note claims.
   *
   * @param gain as a fraction
   * @param words the note's
   */
  public record Claim(double gain, String words) {}

  /** What the note claims over an alternative. */
  public static Optional<Claim> claim(Alternative alternative) {
    return switch (alternative) {
      case FALLBACK -> Optional.of(new Claim(STATIC_GAIN, "static fallback alone"));
      case NO_DEMOTION -> Optional.of(new Claim(STATIC_GAIN, "No Demotion"));
      case NO_PENALTIES -> Optional.of(new Claim(NON_TIERED_GAIN, "non-tiered, if it means this"));
      case NO_DAMPING -> Optional.empty();
    };
  }

  /** The gains as the note prints them. */
  public static List<Double> comparisons() {
    return List.of(NON_TIERED_GAIN, STATIC_GAIN);
  }

  /**
   * Where the note contradicts itself, its formulas, or this arithmetic.
   *
   * @param subject the figure
   * @param text a sentence or more
   */
  public record Contradiction(String subject, String text) {}

  /** All of them; the note's rows come from the scenario. */
  public static List<Contradiction> contradictions(StepComparison comparison) {
    List<Step> rows = comparison.scenario().steps();
    List<Contradiction> found = new ArrayList<>();
    double[] shares = column(rows, NoteRow::rhoPost);
    found.add(new Contradiction(
        "erosion",
        String.format(
            Locale.ROOT,
            "%s and %s in two places. Its rho_post column gives %.3f / %.3f - 1 = %s; the pitch calls the erosion \"13.5%% less erosion\".",
            percent(EROSION, 1),
            percent(EROSION_UNDER_DEMOTION, 1),
            shares[shares.length - 1],
            shares[0],
            percent(shares[shares.length - 1] / shares[0] - 1, 1))));
    found.add(coherence(comparison, rows, shares));
    double[] local = column(rows, NoteRow::localCoherence);
    int worst = IntStream.range(0, local.length)
        .boxed()
        .max((a, b) -> Double.compare(off(local, shares, a), off(local, shares, b)))
        .orElseThrow();
    found.add(new Contradiction(
        "C_local",
        String.format(
            Locale.ROOT,
            "its column is not 1 - |change| of its own rho_post: in step %d it is %.3f instead of %.3f.",
            worst + 1,
            local[worst],
            1 - Math.abs(shares[worst + 1] - shares[worst]))));
    double[] fallback = rows.stream()
        .filter(step -> step.tiers().containsValue(TierState.FALLBACK))
        .flatMap(step -> Optional.ofNullable(step.note().alphaStar()).stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
    found.add(new Contradiction(
        "alpha* in the fallback",
        String.format(
            Locale.ROOT,
            "%.2f, but its fallback rows are %.2f to %.2f, on average %.3f.",
            FALLBACK_ALPHA,
            DoubleStream.of(fallback).min().orElseThrow(),
            DoubleStream.of(fallback).max().orElseThrow(),
            DoubleStream.of(fallback).average().orElseThrow())));
    found.add(thresholds(rows, shares));
    found.add(gains(comparison));
    return found;
  }

  private static Contradiction coherence(
      StepComparison comparison, List<Step> rows, double[] shares) {
    double[] local = column(rows, NoteRow::localCoherence);
    double product = 1;
    for (int i = 1; i < shares.length; i++) {
      product *= 1 - Math.abs(shares[i] - shares[i - 1]);
    }
    StepResult free = comparison.baseline(Alternative.NO_PENALTIES).own();
    String equal = Math.abs(free.cumulativeCoherence() - COHERENCE) < 0.0005
        ? String.format(
            Locale.ROOT,
            " The baseline without penalties gives %.4f, which rounds to the note's value; its erosion is %s, which is neither of the note's, and the note's alpha* column has penalties in it. It may be chance.",
            free.cumulativeCoherence(),
            percent(free.erosion(), 1))
        : "";
    return new Contradiction(
        "C(H)",
        String.format(
            Locale.ROOT,
            "%.3f, which no formula gives: the product of its C_local is %.3f, their mean %.3f, the product from its rho_post %.4f, the product of this run %.4f.%s",
            COHERENCE,
            Coherence.cumulative(local),
            DoubleStream.of(local).average().orElseThrow(),
            product,
            comparison.run().cumulativeCoherence(),
            equal));
  }

  private static Contradiction thresholds(List<Step> rows, double[] shares) {
    StepComparison.Setting defaults = StepComparison.Setting.defaults();
    int demoted = IntStream.range(0, rows.size())
        .filter(i -> rows.get(i).tiers().containsValue(TierState.DEMOTING))
        .findFirst()
        .orElseThrow();
    int promoted = IntStream.range(0, rows.size())
        .filter(i -> rows.get(i).tiers().containsValue(TierState.PROMOTING))
        .findFirst()
        .orElseThrow();
    return new Contradiction(
        "thresholds",
        String.format(
            Locale.ROOT,
            "promote above %.2f, demote below %.2f. kb has %.3f from the start and is promoted in step %d only, and is demoted in step %d with %.3f.",
            defaults.aboveShare(),
            defaults.belowShare(),
            shares[0],
            promoted,
            demoted,
            shares[demoted - 1]));
  }

  /** The claims whose sign this arithmetic does not give; the note uses one number for two of them. */
  private static Contradiction gains(StepComparison comparison) {
    List<String> sentences =
        new ArrayList<>(List.of("+2.0 % is used for two different comparisons."));
    for (Baseline baseline : comparison.baselines()) {
      double gain = comparison.gain(baseline.own());
      claim(baseline.alternative())
          .filter(claim -> Math.signum(claim.gain()) != Math.signum(gain))
          .ifPresent(claim -> sentences.add(String.format(
              Locale.ROOT,
              "%s is claimed over %s; this arithmetic gives %s.",
              percent(claim.gain(), 1),
              baseline.alternative().label(),
              percent(gain, 2))));
    }
    sentences.add(
        comparison.setting().parameters().objective() == Objective.LITERAL
            ? "With the literal formula alpha* ignores the tier, so tiers gain nothing."
            : "A penalty lowers alpha*, so the share follows a change sooner and C(H) is lower.");
    return new Contradiction("gains", String.join(" ", sentences));
  }

  private static double off(double[] local, double[] shares, int row) {
    return Math.abs(local[row] - (1 - Math.abs(shares[row + 1] - shares[row])));
  }

  private static double[] column(List<Step> rows, Function<NoteRow, @Nullable Double> figure) {
    return rows.stream()
        .flatMap(step -> Optional.ofNullable(figure.apply(step.note())).stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
  }

  private static String percent(double fraction, int decimals) {
    return String.format(Locale.ROOT, "%+." + decimals + "f %%", fraction * 100).replace('-', '−');
  }
}
