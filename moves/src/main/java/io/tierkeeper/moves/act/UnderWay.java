package io.tierkeeper.moves.act;

/**
 * The scans of this process that have slices left; nothing is counted before they have ended.
 *
 * @param copy a copy scan
 * @param writeBack a scan that writes back
 * @param marked the removal of copies or of their marks
 * @param deletion the deletion of a promotion's source
 */
public record UnderWay(boolean copy, boolean writeBack, boolean marked, boolean deletion) {

  /** Nothing is. */
  public static final UnderWay NOTHING = new UnderWay(false, false, false, false);
}
