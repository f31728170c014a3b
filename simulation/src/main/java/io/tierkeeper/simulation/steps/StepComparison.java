package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.TierPenalties;
import io.tierkeeper.simulation.steps.StepScenario.NoteRow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A run, and the baselines that the same arithmetic gives.
 *
 * @param setting what both were run with
 * @param run the scenario as it is
 * @param baselines in the order of {@link Alternative}
 */
public record StepComparison(
    StepScenario scenario, Setting setting, StepResult run, List<Baseline> baselines) {

  /**
   * What a scenario is run with.
   *
   * @param aboveShare promotion threshold
   * @param belowShare demotion threshold
   * @param byThreshold whether the thresholds decide although the scenario has tiers
   */
  public record Setting(
      GovernanceParameters parameters, double aboveShare, double belowShare, boolean byThreshold) {

    /** The note's: 0.15 and 0.05, and its own tiers. */
    public static Setting defaults() {
      return new Setting(GovernanceParameters.defaults(), 0.15, 0.05, false);
    }
  }

  /** What a run is compared with. */
  public enum Alternative {
    FALLBACK("fallbackThroughout", "fallback throughout"),
    NO_DEMOTION("noDemotion", "no demotion"),
    NO_PENALTIES("noPenalties", "no penalties"),
    NO_DAMPING("noDamping", "no damping");

    private final String key;
    private final String label;

    Alternative(String key, String label) {
      this.key = key;
      this.label = label;
    }

    /** The name for programs. */
    public String key() {
      return key;
    }

    public String label() {
      return label;
    }
  }

  /**
   * What would have been without something.
   *
   * @param own the steps change the baseline's own last share
   * @param sameObservations it observes what the run observed
   */
  public record Baseline(Alternative alternative, StepResult own, StepResult sameObservations) {}

  /**
   * The largest difference between the run and the note in one column.
   *
   * @param difference without its sign
   */
  public record Difference(String column, double difference, int step) {}

  /** Runs a scenario and its baselines. */
  public static StepComparison of(StepScenario scenario, Setting setting) {
    TierRule rule = scenario.tiersGiven() && !setting.byThreshold()
        ? TierRule.given(scenario)
        : TierRule.thresholds(setting.aboveShare(), setting.belowShare());
    StepResult run = StepRunner.run(scenario, rule, setting.parameters());
    StepScenario replayed = scenario.observing(run.contributions());
    List<Baseline> baselines = new ArrayList<>();
    for (Alternative alternative : Alternative.values()) {
      TierRule tiers = switch (alternative) {
        case FALLBACK -> TierRule.fallback();
        case NO_DEMOTION -> rule.withoutDemotion();
        case NO_PENALTIES, NO_DAMPING -> rule;
      };
      GovernanceParameters parameters = without(alternative, setting.parameters());
      baselines.add(new Baseline(
          alternative,
          StepRunner.run(scenario, tiers, parameters),
          StepRunner.run(replayed, tiers, parameters)));
    }
    return new StepComparison(scenario, setting, run, List.copyOf(baselines));
  }

  private static GovernanceParameters without(Alternative alternative, GovernanceParameters p) {
    return switch (alternative) {
      case FALLBACK, NO_DEMOTION -> p;
      case NO_PENALTIES ->
        new GovernanceParameters(
            p.objective(),
            p.varianceWeight(),
            p.penaltyWeight(),
            p.coherenceWeight(),
            p.trackingWeight(),
            p.window(),
            new TierPenalties(0, 0, 0, 0));
      // Only the lag counts, so alpha* is 0.
      case NO_DAMPING ->
        new GovernanceParameters(p.objective(), 0, 0, 0, 1, p.window(), p.penalties());
    };
  }

  /** By how much the run is more coherent than a baseline, as a fraction; NaN where the baseline has no coherence left. */
  public double gain(StepResult baseline) {
    return baseline.cumulativeCoherence() == 0
        ? Double.NaN
        : run.cumulativeCoherence() / baseline.cumulativeCoherence() - 1;
  }

  /** The baseline without something. */
  public Baseline baseline(Alternative alternative) {
    return baselines.stream()
        .filter(each -> each.alternative() == alternative)
        .findFirst()
        .orElseThrow();
  }

  /** The largest difference to the note of each column that it has. */
  public List<Difference> largestDifferences() {
    List<Difference> largest = new ArrayList<>();
    add(largest, "alpha*", StepResult.Row::alphaStar, NoteRow::alphaStar);
    add(largest, "rho_post", StepResult.Row::rhoPost, NoteRow::rhoPost);
    add(largest, "C_local", StepResult.Row::localCoherence, NoteRow::localCoherence);
    return largest;
  }

  private void add(
      List<Difference> largest,
      String column,
      Function<StepResult.Row, @Nullable Double> ours,
      Function<NoteRow, @Nullable Double> note) {
    Difference found = null;
    for (int i = 0; i < run.steps().size(); i++) {
      Double our = ours.apply(run.steps().get(i));
      Double noted = note.apply(scenario.steps().get(i).note());
      if (our != null && noted != null) {
        double difference = Math.abs(our - noted);
        if (found == null || difference > found.difference()) {
          found = new Difference(column, difference, i);
        }
      }
    }
    if (found != null) {
      largest.add(found);
    }
  }
}
