package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges a point that is in the source and not the same in the target, and writes late writes to the target. */
public final class LateWrite {

  /** What a difference means. */
  public enum Ruling {
    /** The same in both. */
    EQUAL,
    /** The target is newer: clients have written there since the switch. */
    SUPERSEDED,
    /** A request from before the switch created it in the source only. */
    NEW,
    /** A request from before the switch changed it in the source only. */
    CHANGED,
    /** Missing in the target from the post-switch scan on, and unchanged in the source since before the copy. */
    MISSING,
    /** Different in the target from the post-switch scan on. */
    DIFFERENT,
    /** Missing in the target, and it is unknown whether a late request created it or a client has deleted it. */
    AMBIGUOUS
  }

  private final Move move;
  private final QdrantWrites writes;
  private final PointUpdate dedicated;
  private final SwitchBaseline baseline;

  public LateWrite(TenantReads reads, QdrantWrites writes, SwitchBaseline baseline) {
    this.move = reads.move();
    this.writes = writes;
    this.dedicated = new PointUpdate(reads, writes, move.dedicated(), move.tenantFilter());
    this.baseline = baseline;
  }

  public Ruling rule(Point source, @Nullable Point target) {
    boolean idsOnly = move.settings().verification().level() == VerifyLevel.IDS;
    boolean verified = baseline.trust() == SwitchBaseline.Trust.VERIFIED;
    // What the source took after the verification was not compared at all, at whatever level.
    if (target != null && ((idsOnly && !verified) || PointContent.same(source, target))) {
      return Ruling.EQUAL;
    }
    if (verified) {
      return sinceVerified(source, target);
    }
    boolean sinceScan = !baseline.baseline.matches(source);
    Optional<Ruling> known = sinceScan ? Optional.empty() : sinceBefore(source, target);
    return known.orElseGet(() -> byPostSwitchScan(source, target));
  }

  /** After the verification the source is written only by clients that the key was out of service for, or that pass it by. */
  private Ruling sinceVerified(Point source, @Nullable Point target) {
    LastCopy verified = baseline.before;
    Optional<Boolean> unchanged = verified.unchanged(source);
    if (unchanged.orElse(false)) {
      return Ruling.SUPERSEDED;
    }
    if (target == null) {
      return verified.copied(source).orElse(true) ? Ruling.AMBIGUOUS : Ruling.NEW;
    }
    return verified.was(target).orElse(false) ? Ruling.CHANGED : Ruling.DIFFERENT;
  }

  /**
   * What came late, as far as what the source held before the copy tells. Where the source is as it was then, a client has
   * written to the target, or the copy is not what it should be: that is not decided here.
   */
  private Optional<Ruling> sinceBefore(Point source, @Nullable Point target) {
    LastCopy before = baseline.before;
    Optional<Boolean> unchanged = before.unchanged(source);
    if (unchanged.orElse(true)) {
      // All that the dedicated key holds was copied or written after that scan. Another version
      // there is a
      // client's; a point that is missing there may be a hole in the copy.
      return unchanged.isPresent() && target != null && !baseline.interrupted
          ? Optional.of(Ruling.SUPERSEDED)
          : Optional.empty();
    }
    if (target == null) {
      // Or it was written during the copy and a client has deleted it since the switch.
      return before.copied(source).orElse(true) ? Optional.empty() : Optional.of(Ruling.AMBIGUOUS);
    }
    return before.was(target).orElse(false) ? Optional.of(Ruling.CHANGED) : Optional.empty();
  }

  private Ruling byPostSwitchScan(Point source, @Nullable Point target) {
    if (baseline.trust() == SwitchBaseline.Trust.NONE) {
      return unknown(target);
    }
    if (!baseline.baseline.matches(source)) {
      return sinceScan(source, target);
    }
    return baseline.trust() == SwitchBaseline.Trust.JOURNAL
        ? sinceScanOfAnother(source, target)
        : suspected(source, target);
  }

  /** Of a point that the source has taken since the scan of this process, which would have seen an outage. */
  private Ruling sinceScan(Point source, @Nullable Point target) {
    if (!baseline.baseline.knows(source.id())) {
      return target == null ? Ruling.NEW : newerUnlessInterrupted();
    }
    return target != null && baseline.baseline.matches(target)
        ? Ruling.CHANGED
        : newerUnlessInterrupted();
  }

  /** Of a point that the source may have taken between two processes, by a late write or in an outage. */
  private Ruling sinceScanOfAnother(Point source, @Nullable Point target) {
    if (baseline.atSwitch.unchanged(source).orElse(false)) {
      return baseline.suspectsKnown ? suspected(source, target) : unknown(target);
    }
    if (target == null) {
      return Ruling.AMBIGUOUS;
    }
    return baseline.atSwitch.was(target).orElse(false) ? Ruling.CHANGED : Ruling.DIFFERENT;
  }

  /** Newer in the target, unless it has differed as it does since the post-switch scan. */
  private Ruling suspected(Point source, @Nullable Point target) {
    Long atFirst = baseline.suspects.get(source.id());
    if (atFirst == null || atFirst != (target == null ? 0 : PointContent.hash(target))) {
      return Ruling.SUPERSEDED;
    }
    if (target != null) {
      return Ruling.DIFFERENT;
    }
    // Only a point that the source held before the copy, as it is now, was certainly to be copied.
    return baseline.before.unchanged(source).orElse(false) ? Ruling.MISSING : Ruling.AMBIGUOUS;
  }

  /** Of the time around the switch nothing is known: the target's version is the newer one in nearly all cases. */
  private Ruling unknown(@Nullable Point target) {
    return target == null ? Ruling.AMBIGUOUS : newerUnlessInterrupted();
  }

  private Ruling newerUnlessInterrupted() {
    return baseline.interrupted ? Ruling.DIFFERENT : Ruling.SUPERSEDED;
  }

  /** Writes the source's point into the dedicated key unless a client has been there since it was read. */
  public void apply(Point source, @Nullable Point target) {
    if (target == null) {
      writes.upsert(
          Upsert.of(move.collection(), ShardSelector.key(move.dedicated()), List.of(source))
              .mode(UpsertMode.INSERT_ONLY));
    } else if (dedicated.isStill(target)) {
      // At once: a point of which a part is written is neither the old nor the new one, and would
      // be taken for a client's after a crash.
      dedicated.atOnce(target, source);
    }
  }
}
