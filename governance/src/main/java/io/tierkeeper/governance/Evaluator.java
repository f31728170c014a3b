package io.tierkeeper.governance;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Turns contributions and the last composition into the next composition; governance model, section 2.
 *
 * <p>Everything is computed in the order of the tenants' names with compensated sums, so the same regimes give the same
 * bits in whatever order they arrive.
 */
public final class Evaluator {
  /** A vanished tenant whose mass falls below this share is dropped and its share given to the others. */
  public static final double FLOOR = 1e-9;

  /**
   * Evaluates one collection.
   *
   * <p>If nothing contributes, nothing is known: the answer repeats the masses it was given (regimes never seen are left
   * out), with alpha 1 and {@link Evaluation#known} false. A regime that contributes nothing and whose mass is below
   * {@link #FLOOR} is left out, too.
   *
   * @throws IllegalArgumentException if two regimes have the same tenant
   */
  public Evaluation evaluate(Collection<Regime> regimes, GovernanceParameters parameters) {
    Regime[] sorted = TenantOrder.sort(regimes.toArray(new Regime[0]));
    rejectDuplicates(sorted);
    double scale = 1;
    double total = total(sorted, scale);
    if (Double.isInfinite(total)) {
      scale = 0x1p-64;
      total = total(sorted, scale);
    }
    return total == 0 ? unknown(sorted, parameters) : known(sorted, scale, total, parameters);
  }

  private static void rejectDuplicates(Regime[] sorted) {
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i].tenant().equals(sorted[i - 1].tenant())) {
        throw Require.rejected("tenant", sorted[i].tenant(), "each tenant once");
      }
    }
  }

  private static double total(Regime[] regimes, double scale) {
    CompensatedSum total = new CompensatedSum();
    for (Regime regime : regimes) {
      total.add(regime.contribution() * scale);
    }
    double value = total.value();
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : value;
  }

  private static double observed(Regime regime, double scale, double total) {
    return regime.contribution() * scale / total;
  }

  private static Evaluation known(
      Regime[] sorted, double scale, double total, GovernanceParameters parameters) {
    DampingSolver solver = new DampingSolver(parameters);
    int count = sorted.length;
    double[] alphas = new double[count];
    double[] masses = new double[count];
    Penalty[] penalties = new Penalty[count];
    CompensatedSum blended = new CompensatedSum();
    for (int i = 0; i < count; i++) {
      Regime regime = sorted[i];
      double x = observed(regime, scale, total);
      double y = regime.seen() ? regime.lastDampedMass() : x;
      penalties[i] = parameters.penalty(regime);
      alphas[i] = solver.alphaStar(x, y, regime.window(), penalties[i].total());
      masses[i] = x + alphas[i] * (y - x);
      blended.add(masses[i]);
    }
    double budget = blended.value();
    if (budget == 0) {
      // Full inheritance of a composition without any mass: what is observed is all there is.
      for (int i = 0; i < count; i++) {
        masses[i] = observed(sorted[i], scale, total);
      }
      budget = 1;
    }
    double discarded = normalise(sorted, masses, budget);
    return report(sorted, alphas, masses, penalties, discarded, scale, total, solver);
  }

  /** Divides by the sum and drops what has vanished (marked by -1); answers the share that was dropped. */
  private static double normalise(Regime[] sorted, double[] masses, double budget) {
    CompensatedSum discarded = new CompensatedSum();
    CompensatedSum kept = new CompensatedSum();
    for (int i = 0; i < masses.length; i++) {
      double share = masses[i] / budget;
      if (sorted[i].contribution() == 0 && share < FLOOR) {
        discarded.add(share);
        masses[i] = -1;
      } else {
        kept.add(share);
        masses[i] = share;
      }
    }
    double rest = kept.value();
    for (int i = 0; i < masses.length; i++) {
      if (masses[i] >= 0) {
        masses[i] = Math.min(1, masses[i] / rest);
      }
    }
    return discarded.value();
  }

  private static Evaluation report(
      Regime[] sorted,
      double[] alphas,
      double[] masses,
      Penalty[] penalties,
      double discarded,
      double scale,
      double total,
      DampingSolver solver) {
    Tally tally = new Tally();
    RegimeEvaluation[] rows = new RegimeEvaluation[sorted.length];
    int kept = 0;
    for (int i = 0; i < sorted.length; i++) {
      Regime regime = sorted[i];
      double x = observed(regime, scale, total);
      double y = regime.seen() ? regime.lastDampedMass() : x;
      double mass = Math.max(0, masses[i]);
      tally.add(regime.state(), y, mass);
      if (masses[i] >= 0) {
        masses[kept] = mass;
        rows[kept++] = new RegimeEvaluation(
            regime.tenant(),
            regime.state(),
            regime.contribution(),
            x,
            alphas[i],
            penalties[i],
            solver.objective(alphas[i], x, y, regime.window(), penalties[i].total()),
            mass,
            Math.max(0, 1 - Math.abs(mass - y)));
      }
    }
    return finish(true, rows, masses, kept, tally, discarded);
  }

  private static Evaluation unknown(Regime[] sorted, GovernanceParameters parameters) {
    Tally tally = new Tally();
    RegimeEvaluation[] rows = new RegimeEvaluation[sorted.length];
    double[] masses = new double[sorted.length];
    int kept = 0;
    for (Regime regime : sorted) {
      if (regime.seen()) {
        double y = regime.lastDampedMass();
        tally.add(regime.state(), y, y);
        masses[kept] = y;
        rows[kept++] = new RegimeEvaluation(
            regime.tenant(),
            regime.state(),
            regime.contribution(),
            Double.NaN,
            1,
            parameters.penalty(regime),
            Double.NaN,
            y,
            1);
      }
    }
    return finish(false, rows, masses, kept, tally, 0);
  }

  private static Evaluation finish(
      boolean known,
      RegimeEvaluation[] rows,
      double[] masses,
      int kept,
      Tally tally,
      double discarded) {
    RegimeEvaluation[] all = kept == rows.length ? rows : Arrays.copyOf(rows, kept);
    double[] present = kept == masses.length ? masses : Arrays.copyOf(masses, kept);
    CollectionSummary summary = new CollectionSummary(
        tally.coherence(),
        kept == 0 ? 0 : Coherence.effectiveTenants(present),
        Coherence.cover90(present),
        discarded,
        tally.warm.value(),
        tally.hot.value());
    return new Evaluation(known, List.of(all), summary);
  }

  /** The sums over all regimes that the summary needs. */
  private static final class Tally {
    private final CompensatedSum distance = new CompensatedSum();
    private final CompensatedSum warm = new CompensatedSum();
    private final CompensatedSum hot = new CompensatedSum();

    void add(TierState state, double last, double mass) {
      distance.add(Math.abs(mass - last));
      (state.hot() ? hot : warm).add(mass);
    }

    double coherence() {
      return Math.min(1, Math.max(0, 1 - 0.5 * distance.value()));
    }
  }
}
