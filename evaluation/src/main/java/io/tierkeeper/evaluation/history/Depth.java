package io.tierkeeper.evaluation.history;

/** How much is known of windows that may reach back behind the first line of a trail that was given. */
final class Depth {

  private boolean whole;
  private int lines;
  private int known;
  private int unknown = Integer.MAX_VALUE;

  /** @param whole whether the first line given is the trail's first */
  Depth(boolean whole) {
    this.whole = whole;
  }

  /** The operator began here with nothing. */
  void beginning() {
    whole = true;
  }

  /** A measurement line was read, under a policy that keeps so many masses. */
  void line(int window) {
    lines++;
    known = Math.min(known + 1, window);
    unknown = Math.clamp(window - known, 0, unknown);
  }

  /** The operator read back what it reads back, under a policy that keeps so many masses. */
  void restart(int window) {
    if (lines > 0) {
      known = Math.min(lines, window);
      unknown = Math.max(0, Math.min(RecordedComposition.LINES_READ, window) - lines);
    }
  }

  /** Whether every mass in the windows was in a line that was given. */
  boolean enough() {
    return whole || unknown == 0;
  }
}
