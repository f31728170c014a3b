package io.tierkeeper.moves.act;

import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.scan.CopyScan;
import io.tierkeeper.moves.scan.MergeScan;
import io.tierkeeper.moves.scan.PostSwitchScan;
import io.tierkeeper.moves.scan.PreCopyScan;
import io.tierkeeper.moves.scan.ReplicaComparison;
import io.tierkeeper.moves.scan.SourceDeletionScan;
import io.tierkeeper.moves.scan.SwitchBaseline;
import io.tierkeeper.moves.scan.VerificationScan;
import io.tierkeeper.moves.scan.WriteBackScan;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What this process remembers of a move between two steps; all of it may be lost at any time. */
public final class WorkingMemory {

  private static final int MAX_EMPTY_SCANS = 10;

  /** A write of this move was sent then, or before, and may still be under way. */
  private @Nullable Instant uncertainWrite;

  /** When the dedicated key was last seen in another state than Active. */
  @Nullable
  Instant lastNotActive;

  /** When the post-switch scan ended. */
  @Nullable
  Instant scannedAt;

  @Nullable
  PreCopyScan preCopy;

  @Nullable
  PostSwitchScan postSwitch;

  @Nullable
  SwitchBaseline switchBaseline;

  @Nullable
  VerificationScan verification;

  @Nullable
  SourceDeletionScan deletion;

  /** Of the dedicated key, before one of them is dropped. */
  @Nullable
  ReplicaComparison replicas;

  @Nullable
  CopyScan copy;

  @Nullable
  Instant copyBegan;

  /** What the last copy scan copied, or the pre-copy scan saw; null from the beginning of a copy scan to its end. */
  @Nullable
  Baseline copied;

  /** What the whole copy scan before the running one saw; null where copies were deleted since, or nothing is known. */
  @Nullable
  Baseline copiedBefore;

  /**
   * What the fallback held when the promotion that is undone was verified; null where it is not known, or where copies of it were
   * deleted since.
   */
  @Nullable
  Baseline source;

  /** Whether a point of the fallback is as it was then, as far as that is known; null where that has not been asked. */
  @Nullable
  Function<Point, Optional<Boolean>> sourceInFallback;

  @Nullable
  PreCopyScan sourceScan;

  /** See {@link #leftInFallback}. */
  private @Nullable Long leftInFallback;

  /** The last step ended a whole copy scan, made because a freeze is due. */
  private boolean copiedForFreeze;

  /** When a copy scan for a freeze last ended. */
  @Nullable
  Instant copiedAt;

  /** How many points the last whole copy scan found changed. */
  @Nullable
  Long lastChanges;

  int emptyScans;

  /** Complete copy scans under the fence that have found new writes. */
  int leakingScans;

  /**
   * Whether so many scans in a row have found no change that the fence can be trusted: two, and one more for each scan but the
   * first that has found writes under it, up to ten. A write between the last scan and the deletion of the key would be lost.
   */
  boolean emptyEnough() {
    return emptyScans >= Math.clamp(1L + leakingScans, 2, MAX_EMPTY_SCANS);
  }

  @Nullable
  MergeScan merge;

  final Set<PointId> inserted = new HashSet<>();

  @Nullable
  WriteBackScan writeBack;

  @Nullable
  MarkedPoints marked;

  /** When a write was last sent whose fate is not known; null where there is none. */
  public @Nullable Instant uncertainWrite() {
    return uncertainWrite;
  }

  /** A write may be under way from now on. */
  public void uncertainWriteAt(Instant now) {
    uncertainWrite = now;
  }

  /**
   * How many points that are not of this move are in the fallback, since it was last found to hold nothing newer than the
   * dedicated key; null where that is not known, or is over.
   */
  public @Nullable Long leftInFallback() {
    return leftInFallback;
  }

  /** The fallback holds nothing newer than the dedicated key, or the opposite has shown. */
  void inOrder(@Nullable Long left) {
    leftInFallback = left;
  }

  /** What the fallback was last known to hold as copies; null where that is not known. */
  @Nullable
  Baseline lastCopied() {
    return copied == null ? copiedBefore : copied;
  }

  /** A copy scan begins: what the last whole one saw is kept aside until it ends. */
  void copyBegins() {
    copiedBefore = lastCopied();
    copied = null;
    leftInFallback = null;
  }

  /** A copy scan ended early. Of a copy that it has deleted it cannot be told any more that a client did not. */
  void copyEndedEarly(CopyScan scan) {
    copy = null;
    if (scan.deleted()) {
      copiedBefore = null;
      source = null;
    }
  }

  /** The dedicated key was seen in another state than Active: clients may have used the fallback. */
  public void notActiveAt(Instant now) {
    lastNotActive = now;
    leftInFallback = null;
  }

  /** Whether this process has scanned both keys since the switch. */
  public boolean scannedSinceSwitch() {
    return switchBaseline != null;
  }

  /** The source was compared, as it is here. */
  void verified(SwitchBaseline source) {
    switchBaseline = source;
    copied = null;
  }

  /** Another key of the same name may follow, so nothing is known of it. */
  public void forgetSwitch() {
    switchBaseline = null;
  }

  /** How many complete copy scans under the fence have found new writes. */
  public int leakingScans() {
    return leakingScans;
  }

  /** Whether the last step ended a copy scan for a freeze that is due; true only once. */
  public boolean takeCopiedForFreeze() {
    boolean was = copiedForFreeze;
    copiedForFreeze = false;
    return was;
  }

  /** After a copy scan for a freeze: remembers whether it has ended. */
  public void copiedForFreeze(Instant now) {
    copiedForFreeze = copied != null;
    copiedAt = now;
  }

  /** For an attempt that starts over: of the one before, only what may still be under way. */
  public WorkingMemory anew() {
    WorkingMemory next = new WorkingMemory();
    next.uncertainWrite = uncertainWrite;
    return next;
  }

  /** For the undo of a promotion: also what the fallback held when it was verified. */
  public WorkingMemory undone() {
    WorkingMemory next = anew();
    if (switchBaseline != null) {
      Baseline verified = switchBaseline.source();
      next.source = verified;
      next.sourceInFallback = point -> Optional.of(verified.matches(point));
    }
    return next;
  }

  /** Lets nothing have begun later than now, which would be so after the clock was set back. */
  public void begunBy(Instant now) {
    uncertainWrite = MoveJournal.earlier(uncertainWrite, now);
    lastNotActive = MoveJournal.earlier(lastNotActive, now);
    scannedAt = MoveJournal.earlier(scannedAt, now);
    copyBegan = MoveJournal.earlier(copyBegan, now);
  }

  /** What is to be continued before anything is counted, see {@link UnderWay}. */
  public UnderWay underWay() {
    return new UnderWay(
        copy != null || sourceScan != null, writeBack != null, marked != null, deletion != null);
  }

  /** How many points the scan that is under way, or the last copy scan, has dealt with; 0 where there is none. */
  public long scanned() {
    if (copy != null) {
      return copy.copied().count();
    }
    if (deletion != null) {
      return deletion.deleted();
    }
    return copied == null ? 0 : copied.count();
  }

  /** Forgets scans that may have stopped between two calls; they start over. */
  public void dropScans() {
    preCopy = null;
    sourceScan = null;
    postSwitch = null;
    verification = null;
    deletion = null;
    replicas = null;
    if (copy != null) {
      copyEndedEarly(copy);
    }
    merge = null;
    writeBack = null;
    marked = null;
  }
}
