package io.tierkeeper.lab.qdrant.emulator;

import java.time.Instant;

/**
 * A call that the engine accepts but that must never be made.
 *
 * @param rule the number of the commandment, see {@code DESIGN.md}
 * @param call what was called, with its arguments
 * @param why what makes it a breach
 * @param at when
 */
public record Breach(int rule, String call, String why, Instant at) {}
