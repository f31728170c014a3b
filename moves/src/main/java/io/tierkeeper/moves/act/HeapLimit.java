package io.tierkeeper.moves.act;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Abort;
import io.tierkeeper.moves.content.Baseline;
import java.util.Optional;

/** How many points a move may have, by the memory of this process: it keeps a few bytes of each point while it compares them. */
public final class HeapLimit {

  /** The reason of the end of such a move. */
  public static final String REASON = "TooManyPoints";

  /** Of the heap, for the baselines of the one move that works; the rest is for pages and everything else. */
  private static final double SHARE = 0.7;

  /** The pre-copy scan, the post-switch scan and what was verified. */
  static final int BASELINES_OF_PROMOTION = 3;

  /** The copy scan and the one before. */
  static final int BASELINES_OF_DEMOTION = 2;

  private HeapLimit() {}

  /**
   * Why a move of so many points is refused; empty where it is not.
   *
   * @param heap in bytes
   */
  public static Optional<String> refusal(Direction direction, long points, long heap) {
    int baselines = switch (direction) {
      case PROMOTE -> BASELINES_OF_PROMOTION;
      case DEMOTE -> BASELINES_OF_DEMOTION;
    };
    return exceeded(points, baselines, heap).map(Abort::abortMessage);
  }

  /**
   * Why a move of so many points is refused; empty where it is not.
   *
   * @param baselines that are kept at the same time, at least 1
   * @param heap in bytes
   */
  static Optional<Abort> exceeded(long points, int baselines, long heap) {
    long allowed = Baseline.maxPoints((long) (heap * SHARE) / baselines);
    return points <= allowed
        ? Optional.empty()
        : Optional.of(Abort.of(
            REASON,
            "The tenant has " + points + " points; allowed: at most " + allowed + " with a heap of "
                + (heap >> 20)
                + " MiB, since the operator keeps up to 32 bytes of each point in memory. Raise the memory "
                + "limit of the operator (resources.limits.memory of the chart)."));
  }
}
