package io.tierkeeper.moves;

/** What a freeze does when the tenant has not been quiet within its longest wait. */
public enum WhenBusy {
  /** End as aborted, with everything as it was. */
  GIVE_UP,
  /** Freeze all the same, with the residual risks that {@code docs/moves.md} names. */
  PROCEED
}
