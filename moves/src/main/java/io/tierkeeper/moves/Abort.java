package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * Whether and why a move is taken back.
 *
 * @param aborting the move is being taken back
 * @param abortReason why, PascalCase
 * @param abortMessage the same as a sentence; before the move is taken back, the last failure
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Abort(
    boolean aborting,
    @Nullable String abortReason,
    @Nullable String abortMessage) {

  /** The frozen content could not be made readable; the key comes back without. */
  public static final String THAW_FAILED = "ThawFailed";

  static final Abort NONE = new Abort(false, null, null);

  /** The move is taken back for this reason. */
  public static Abort of(String reason, @Nullable String message) {
    return new Abort(true, reason, message);
  }

  /** The same with the last failure; why a move is taken back stays. */
  public Abort failure(String message) {
    return aborting ? this : new Abort(false, abortReason, message);
  }
}
