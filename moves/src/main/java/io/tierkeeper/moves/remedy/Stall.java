package io.tierkeeper.moves.remedy;

import io.tierkeeper.moves.StallReason;

/**
 * Why a move needs manual intervention.
 *
 * @param message what happened, to what, what is expected, what to do next
 * @param remedy what resolves it
 */
public record Stall(StallReason reason, String message, Remedy remedy) {}
