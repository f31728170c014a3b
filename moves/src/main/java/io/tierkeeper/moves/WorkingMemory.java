package io.tierkeeper.moves;

import io.tierkeeper.qdrant.PointId;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this process remembers of a move between two turns; all of it may be lost at any time. */
final class WorkingMemory {

  /** A write of this move was sent then, or before, of which nobody knows whether it is still under way. */
  @Nullable
  Instant strayWrite;

  @Nullable
  Instant lastNotActive;

  @Nullable
  Instant lookedAt;

  @Nullable
  LookBefore lookBefore;

  @Nullable
  FirstLook firstLook;

  @Nullable
  Evidence evidence;

  @Nullable
  Verification verification;

  @Nullable
  SourceDeletion deletion;

  @Nullable
  CopyPass copy;

  @Nullable
  Instant copyBegan;

  /** What the last pass copied, or the look before a promotion's copy saw; null from the beginning of a pass to its end. */
  @Nullable
  Baseline copied;

  /** The last turn ended a whole pass, made because a freeze is due. */
  boolean copiedForFreeze;

  /** How many points the last whole pass found changed. */
  @Nullable
  Long lastChanges;

  int emptyPasses;

  @Nullable
  MergePass merge;

  final Set<PointId> inserted = new HashSet<>();

  @Nullable
  GiveBackPass giveBack;

  /** That of an attempt that begins anew: of the one before only what may still be under way. */
  WorkingMemory anew() {
    WorkingMemory next = new WorkingMemory();
    next.strayWrite = strayWrite;
    return next;
  }

  /** Lets nothing have begun later than now, which is what a clock that was set back makes of it. */
  void begunBy(Instant now) {
    strayWrite = MoveJournal.earlier(strayWrite, now);
    lastNotActive = MoveJournal.earlier(lastNotActive, now);
    lookedAt = MoveJournal.earlier(lookedAt, now);
    copyBegan = MoveJournal.earlier(copyBegan, now);
  }

  /** Forgets walks that may have stopped between two steps; they begin again. */
  void dropPasses() {
    lookBefore = null;
    firstLook = null;
    verification = null;
    deletion = null;
    copy = null;
    merge = null;
    giveBack = null;
  }

  /** Whether a walk of this kind is under way, so that its intent is already recorded. */
  boolean goesOn(Action.Deed deed) {
    return switch (deed) {
      case Action.Verify verify -> verification != null;
      case Action.DeleteSource delete -> deletion != null;
      case Action.Copy pass -> copy != null;
      case Action.Merge pass -> merge != null;
      case Action.GiveBack pass -> giveBack != null;
      case Action.CreateKey other -> false;
      case Action.DeleteKey other -> false;
      case Action.StartReplication other -> false;
      case Action.AbortTransfer other -> false;
      case Action.ReplicateShard other -> false;
      case Action.MoveShard other -> false;
      case Action.DropReplica other -> false;
      case Action.Freeze other -> false;
      case Action.RecoverFrozen other -> false;
      case Action.RaiseFence other -> false;
      case Action.LiftFence other -> false;
      case Action.Drain other -> false;
      case Action.RemoveMarks other -> false;
      case Action.Revive other -> false;
      case Action.RemoveCopies other -> false;
      case Action.Snapshot other -> false;
    };
  }
}
