package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.act.UnderWay;
import io.tierkeeper.moves.act.WorkingMemory;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What this process remembers of a move, as far as a decision depends on it; nothing after a restart.
 *
 * @param scannedSinceSwitch this process has scanned both keys since the dedicated one became Active
 * @param copiedForFreeze the last step ended a whole copy scan, made because a freeze is due
 * @param leakingScans complete copy scans under the fence that have found new writes
 * @param leftInFallback points that are not of this move, since the fallback was found to hold nothing newer than the dedicated
 *     key; null where that is not known
 * @param uncertainWrite when a write was last sent that may still be under way; null where there is none
 * @param underWay the scans that have slices left
 */
public record Recollection(
    boolean scannedSinceSwitch,
    boolean copiedForFreeze,
    int leakingScans,
    @Nullable Long leftInFallback,
    @Nullable Instant uncertainWrite,
    UnderWay underWay) {

  /** Of a new process. */
  public static Recollection none() {
    return new Recollection(false, false, 0, null, null, UnderWay.NOTHING);
  }

  /** Of this process, at the beginning of a step. */
  public static Recollection of(WorkingMemory memory) {
    return new Recollection(
        memory.scannedSinceSwitch(),
        memory.takeCopiedForFreeze(),
        memory.leakingScans(),
        memory.leftInFallback(),
        memory.uncertainWrite(),
        memory.underWay());
  }
}
