package io.tierkeeper.moves.act;

import io.tierkeeper.moves.Protocol.DemotionState;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.moves.scan.PreCopyScan;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.Point;
import java.util.Optional;
import java.util.function.Function;

/**
 * The source of a promotion that is undone. The dedicated key overrules it; a point that differs from it was written by a client
 * while the fallback served the tenant.
 */
final class RetainedSource {

  private RetainedSource() {}

  /**
   * Whether a point of the fallback is as it was verified; empty where that is not known. A process that has not verified the
   * promotion reads the fallback for that, a slice in each step.
   *
   * @return empty while that is not finished
   */
  static Optional<Function<Point, Optional<Boolean>>> compared(
      MutationContext context, ScanBudget budget) {
    WorkingMemory memory = context.memory();
    if (memory.sourceInFallback == null) {
      DemotionState state = context.demotion().state();
      LastCopy source = new LastCopy(null, state.source());
      if (state.undo() && source.recorded()) {
        PreCopyScan scan = memory.sourceScan;
        if (scan == null) {
          scan = new PreCopyScan(context.reads());
          memory.sourceScan = scan;
        }
        if (!scan.run(budget)) {
          return Optional.empty();
        }
        memory.sourceScan = null;
        Baseline seen = scan.seen();
        source.compareWith(seen.whole());
        memory.source = source.equal() ? seen : null;
        // What has changed since this scan was written by a client as well.
        memory.sourceInFallback =
            point -> seen.matches(point) ? source.unchanged(point) : Optional.of(false);
      } else {
        memory.sourceInFallback = source::unchanged;
      }
    }
    return Optional.of(memory.sourceInFallback);
  }

  /** Whether the fallback lacks nothing of it but what clients have deleted: no copy scan has. */
  static boolean whole(MutationContext context) {
    DemotionState state = context.demotion().state();
    return state.undo()
        && (context.memory().source != null
            || (context.seen().marked() == 0 && state.retained() != null));
  }

  /** As it is compared with the dedicated key before the first whole copy scan. */
  static LastCopy fresh(MutationContext context) {
    return new LastCopy(context.memory().source, context.demotion().state().source());
  }
}
