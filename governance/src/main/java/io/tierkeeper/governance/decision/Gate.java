package io.tierkeeper.governance.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The result of one rule, in readable form.
 *
 * @param name a PascalCase constant of the rule
 * @param current what is, as text
 * @param required what must be, as text
 * @param met whether it is so
 * @param earliest when the gate opens by itself if nothing else changes; null when it is met or needs something else
 * @param currentValue what is, as a number, where it is one
 * @param requiredValue what must be, as a number, where it is one
 */
public record Gate(
    String name,
    String current,
    String required,
    boolean met,
    @Nullable Instant earliest,
    @Nullable Double currentValue,
    @Nullable Double requiredValue) {
  /** The gate that only shows what the penalty is made of. */
  public static final String PENALTY = "Penalty";

  /** A gate about something that is not a number and never opens by itself. */
  static Gate of(String name, String current, String required, boolean met) {
    return new Gate(name, current, required, met, null, null, null);
  }

  /** A gate that a clock opens. */
  static Gate timed(
      String name, String current, String required, boolean met, @Nullable Instant earliest) {
    return new Gate(name, current, required, met, met ? null : earliest, null, null);
  }
}
