package io.tierkeeper.simulation.quality;

import io.tierkeeper.simulation.trace.TraceSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the seeds say of all policies in one scenario, or the one run of a recorded trail.
 *
 * @param source where the traces come from
 * @param policies in the order in which they were given
 * @param rivals the tuned rivals that were tried on all seeds, the best first; empty without rivals
 */
public record FamilyFigures(
    TraceSource source, List<PolicyFigures> policies, List<PolicyFigures> rivals) {

  /** The best of the rivals, chosen in hindsight; null without rivals. */
  public @Nullable PolicyFigures bestInHindsight() {
    return rivals.isEmpty() ? null : rivals.getFirst();
  }

  /** A policy by its name. */
  public PolicyFigures policy(String name) {
    return policies.stream()
        .filter(policy -> policy.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no policy " + name));
  }
}
