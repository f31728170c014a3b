package io.tierkeeper.operator.metrics;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the gauges show of a move that has not ended.
 *
 * @param tenant its tenant
 * @param direction Promote or Demote
 * @param phase as in {@code TierMove.status.phase}
 * @param created when it was planned
 * @param approved when its approval was seen; null before
 * @param expires until when its approval is waited for; null where it waits for none
 * @param stalled why it stalls; null while it does not
 * @param waits whether it has not begun
 */
public record MoveGauges(
    String tenant,
    String direction,
    String phase,
    Instant created,
    @Nullable Instant approved,
    @Nullable Instant expires,
    @Nullable Stall stalled,
    boolean waits) {

  /**
   * Why a move stalls.
   *
   * @param reason of its condition
   * @param since when it began to
   */
  public record Stall(String reason, Instant since) {}
}
