package io.tierkeeper.simulation.steps;

import io.tierkeeper.governance.TierState;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a collection holds in each step, and the tiers of its tenants.
 *
 * @param name of the scenario
 * @param tenant the tenant whose numbers are shown; it has a share in step 0
 * @param steps at least two; the first is the start, whose observation is the composition before the first evaluation
 */
public record StepScenario(String name, String tenant, List<Step> steps) {

  /** Everything else, in a scenario about one tenant. */
  static final String REST = "rest";

  /** Checks the number of steps. */
  public StepScenario {
    steps = List.copyOf(steps);
    if (steps.size() < 2) {
      throw new IllegalArgumentException("a scenario needs at least two steps");
    }
  }

  /**
   * One step.
   *
   * @param observed what is measured in it
   * @param tiers the tier of each tenant; empty where thresholds decide
   * @param note what the note's table says about it
   */
  public record Step(Observation observed, Map<String, TierState> tiers, NoteRow note) {
    /** Keeps its own map. */
    public Step {
      tiers = Map.copyOf(tiers);
    }
  }

  /** What is measured in a step. */
  public sealed interface Observation {

    /**
     * The odds of the tenant against the rest are its last damped odds times a factor.
     *
     * @param factor above 0
     */
    record Odds(double factor) implements Observation {}

    /**
     * Each tenant contributes a number of its own.
     *
     * @param byTenant finite and at least 0, one of them above 0
     */
    record Contributions(Map<String, Double> byTenant) implements Observation {
      /** Keeps its own map. */
      public Contributions {
        byTenant = Map.copyOf(byTenant);
      }
    }
  }

  /** What a note says about a step; null where it says nothing. */
  public record NoteRow(
      @Nullable Double alphaStar,
      @Nullable Double rhoPost,
      @Nullable Double localCoherence) {
    /** Nothing. */
    public static final NoteRow NONE = new NoteRow(null, null, null);
  }

  /** Whether the scenario sets the tiers; otherwise thresholds decide. */
  public boolean tiersGiven() {
    return !steps.getFirst().tiers().isEmpty();
  }

  /** Whether a note says something about a step. */
  public boolean noted() {
    return steps.stream().anyMatch(step -> !step.note().equals(NoteRow.NONE));
  }

  /** Whether what is observed depends on the last composition, so that each run has a course of its own. */
  public boolean relative() {
    return steps.stream().anyMatch(step -> step.observed() instanceof Observation.Odds);
  }

  /** All tenants, in the order of their names. */
  List<String> tenants() {
    TreeSet<String> names = new TreeSet<>();
    for (Step step : steps) {
      if (step.observed() instanceof Observation.Contributions given) {
        names.addAll(given.byTenant().keySet());
      }
    }
    return List.copyOf(names);
  }

  /** The same steps with these contributions. */
  StepScenario observing(List<Map<String, Double>> contributions) {
    return new StepScenario(
        name,
        tenant,
        IntStream.range(0, steps.size())
            .mapToObj(i -> new Step(
                new Observation.Contributions(contributions.get(i)),
                steps.get(i).tiers(),
                steps.get(i).note()))
            .toList());
  }
}
