package io.tierkeeper.governance;

import org.jspecify.annotations.Nullable;

/**
 * What one penalty term of a policy comes to for one tenant.
 *
 * @param name of the term
 * @param value what was found for the tenant; null for nothing
 * @param usable false where the value is none that the term knows, and what it says of others counts instead
 * @param penalty what it adds to P(s) in the tenant's tier state, >= 0
 */
public record TermPenalty(String name, @Nullable String value, boolean usable, double penalty) {}
