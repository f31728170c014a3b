package io.tierkeeper.lab.qdrant.emulator.rules;

import java.time.Instant;

/**
 * A call that the engine accepts but that must never be made.
 *
 * @param rule the number of the rule, see {@code DESIGN.md}
 * @param call what was called, with its arguments
 * @param why what makes it a violation
 * @param at when
 */
public record RuleViolation(int rule, String call, String why, Instant at) {}
