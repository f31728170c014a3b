package io.tierkeeper.moves.remedy;

import io.tierkeeper.moves.StallReason;

/**
 * Why a move needs manual intervention.
 *
 * @param message what happened, to what, what is expected, what to do next
 * @param remedy what resolves it
 */
public record Stall(StallReason reason, String message, Remedy remedy) {

  /** The last sentences of a message whose remedy is {@link Remedy.InsertFromFallback}. */
  public static final String SAVED_AND_INSERTED =
      "The command saves both versions of these points and inserts those that the dedicated key lacks into it. Where both "
          + "keys hold a point, the runbook says how to keep either version.";
}
