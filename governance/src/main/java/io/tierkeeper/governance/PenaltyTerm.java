package io.tierkeeper.governance;

import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * A penalty of the policy's own, which depends on a value that each tenant has; DESIGN.md says what it does and what it
 * does not.
 *
 * @param name unique in the policy
 * @param inFallback whether it counts while the fallback serves the tenant
 * @param inDedicated whether it counts while a shard key of its own serves the tenant
 * @param scale from the tenant's value to a penalty
 * @param otherwise the penalty of a tenant without a value that the scale knows, finite and >= 0
 */
public record PenaltyTerm(
    String name, boolean inFallback, boolean inDedicated, PenaltyScale scale, double otherwise) {

  /** Checks {@code otherwise}; an {@link IllegalArgumentException} names it, the value and what is allowed. */
  public PenaltyTerm {
    Require.notNegative("penaltyTerms." + name + ".otherwise", otherwise);
  }

  /**
   * What it comes to.
   *
   * @param value of the tenant; null for none
   * @param present whether the tenant contributes anything: one that has vanished has nothing left that could count
   */
  public TermPenalty of(@Nullable String value, TierState state, boolean present) {
    OptionalDouble known = value == null ? OptionalDouble.empty() : scale.penalty(value);
    boolean counts = present && (state.hot() ? inDedicated : inFallback);
    return new TermPenalty(
        name, value, value == null || known.isPresent(), counts ? known.orElse(otherwise) : 0);
  }
}
