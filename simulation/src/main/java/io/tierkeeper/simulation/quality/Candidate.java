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
 * A policy to compare. Every move that needs approval in the product counts as approved at once.
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
    decisions = decisions.withMode(Mode.AUTO).withApprovalRequired(Set.of());
  }

  /** A candidate that may move at any time. */
  public Candidate(String name, GovernanceParameters parameters, DecisionPolicy decisions) {
    this(name, parameters, decisions, (now, direction) -> WindowState.always());
  }
}
