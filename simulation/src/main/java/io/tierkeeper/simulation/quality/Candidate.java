package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.GovernanceParameters;
import io.tierkeeper.governance.decision.DecisionPolicy;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Mode;
import io.tierkeeper.governance.decision.WindowState;
import java.time.Instant;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * A policy that is tried. It moves by itself: what waits for a person in the product is taken as approved at once.
 *
 * @param name what reports call it
 * @param parameters of its damping
 * @param decisions its rules
 * @param windows its maintenance windows: the state at an instant for a direction
 */
public record Candidate(
    String name,
    GovernanceParameters parameters,
    DecisionPolicy decisions,
    BiFunction<Instant, Direction, WindowState> windows) {
  /** Makes the policy move by itself. */
  public Candidate {
    decisions = new DecisionPolicy(
        Mode.AUTO,
        decisions.promote(),
        decisions.demote(),
        decisions.cooldown(),
        decisions.flapBudget(),
        decisions.limits(),
        decisions.minSamples(),
        decisions.staleAfter(),
        Set.of(),
        decisions.demotionNever(),
        decisions.costBand());
  }

  /** A candidate that may move at any time. */
  public Candidate(String name, GovernanceParameters parameters, DecisionPolicy decisions) {
    this(name, parameters, decisions, (now, direction) -> WindowState.always());
  }
}
