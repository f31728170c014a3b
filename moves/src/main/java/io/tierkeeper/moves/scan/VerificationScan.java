package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares the source with the dedicated key, point by point in id order, while clients go on writing: late writes in
 * the source are written to the target, newer ones in the target respected, and what neither explains is counted.
 */
public final class VerificationScan implements ResumableScan {

  /** Unexplained points that a report names. */
  public static final int MAX_NAMED = 10;

  private static final int SEARCH_SAMPLES = 1_000;

  private final TenantReads reads;
  private final SwitchBaseline baseline;
  private final LateWrite lateWrite;
  private final IdStream source;
  private final IdStream target;
  private final List<PointId> unexplained = new ArrayList<>();
  private final List<Point> samples = new ArrayList<>();
  private long compared;
  private long extra;
  private long lateWrites;
  private long missing;
  private long different;
  private long ambiguous;
  private final List<PointId> differing = new ArrayList<>();
  private final List<PointId> differingCopies = new ArrayList<>();
  /** Changes of clients in the dedicated key that were observed: it held what the fallback holds in the post-switch scan. */
  private long deletions;

  private long rewrites;
  private final Baseline verified = new Baseline();
  private boolean attributed;
  private String resumeAfter = "";

  public VerificationScan(TenantReads reads, QdrantWrites writes, SwitchBaseline baseline) {
    this.reads = reads;
    this.baseline = baseline;
    this.lateWrite = new LateWrite(reads, writes, baseline);
    this.source = reads.inFallback(null);
    this.target = reads.in(reads.move().dedicated(), null);
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left()) {
      Point from = source.peek();
      if (target.isBefore(from == null ? null : from.id())) {
        target.next();
        extra++;
        budget.spend();
      } else if (from == null) {
        return true;
      } else {
        source.next();
        budget.spend();
        boolean differs = source.differs();
        Point copy = target.nextIf(from.id());
        compare(from, copy, differs, copy != null && (target.differs() || target.lacking()));
        resumeAfter = from.id().toString();
      }
    }
    return false;
  }

  private void compare(
      Point from, @Nullable Point copy, boolean replicasDiffer, boolean copiesDiffer) {
    compared++;
    if (samples.size() < SEARCH_SAMPLES && compared % 7 == 1) {
      SearchProbes.sample(from).ifPresent(samples::add);
    }
    if (replicasDiffer && !reads.differing(List.of(from.id())).isEmpty()) {
      // One of them has lost a write that was acknowledged; which one is right cannot be told.
      verified.add(from);
      different++;
      ambiguous++;
      if (differing.size() < MAX_NAMED) {
        differing.add(from.id());
      }
      return;
    }
    if (copiesDiffer && !reads.differingInDedicated(List.of(from.id())).isEmpty()) {
      verified.add(from);
      different++;
      ambiguous++;
      if (differingCopies.size() < MAX_NAMED) {
        differingCopies.add(from.id());
      }
      return;
    }
    if (copy != null && PointContent.same(from, copy)) {
      verified.add(from);
      return;
    }
    // Both pages may be older than the last write: only a fresh read of both counts.
    Point nowFrom = reads.now(reads.move().fallback(), from.id());
    Point nowCopy = reads.now(reads.move().dedicated(), from.id());
    if (nowFrom == null) {
      return;
    }
    verified.add(nowFrom);
    LateWrite.Ruling ruling = lateWrite.rule(nowFrom, nowCopy);
    if (ruling == LateWrite.Ruling.SUPERSEDED
        && copy == null
        && nowCopy != null
        && !mine(nowCopy)) {
      // A late batch that clears a payload and sets it: the copy has the first half only.
      ruling = LateWrite.Ruling.DIFFERENT;
    }
    switch (ruling) {
      case EQUAL -> {}
      case SUPERSEDED -> observed(nowFrom.id(), nowCopy == null);
      case NEW, CHANGED -> {
        baseline.late = true;
        lateWrite.apply(nowFrom, nowCopy);
        lateWrites++;
      }
      case MISSING -> {
        missing++;
        if (!reads.inEveryReplica(nowFrom.id())) {
          // The copy may be one of the replica that has lost it.
          ambiguous++;
        }
        name(nowFrom);
      }
      case AMBIGUOUS -> {
        missing++;
        ambiguous++;
        name(nowFrom);
      }
      case DIFFERENT -> {
        different++;
        if (nowCopy == null || !mine(nowCopy)) {
          // Not what the copy of a point and a client's change of it leave: a part of a late write.
          ambiguous++;
        }
        name(nowFrom);
      }
    }
  }

  private boolean mine(Point copy) {
    return reads.mine(reads.move().dedicated(), copy.id()) != null;
  }

  private void name(Point point) {
    if (unexplained.size() < MAX_NAMED) {
      unexplained.add(point.id());
    }
  }

  private void observed(PointId id, boolean deleted) {
    if (baseline.trust() == SwitchBaseline.Trust.POST_SWITCH_SCAN
        && baseline.baseline.knows(id)
        && !baseline.suspects.containsKey(id)) {
      if (deleted) {
        deletions++;
      } else {
        rewrites++;
      }
    }
  }

  /**
   * After the end: equal where each difference is explained by what is known of that point, or is of the time before the
   * post-switch scan and to be expected at the rate at which clients were observed to delete or change points since. A point
   * that differs was changed in the fallback since before the copy: either before it was copied, and a client has changed it in
   * the dedicated key since, or by a late write. No such point is attributed where a late write has been seen, or where this
   * process has not seen the switch.
   *
   * @param sinceScan the time since the post-switch scan of this process; zero where another has made it
   */
  public VerificationReport conclude(Duration sinceScan, double overlap) {
    Optional<ClientRate> rate = rate(sinceScan);
    attributed = missing + different > 0
        && rate.map(
                known -> known.explains(missing, deletions) && known.explains(different, rewrites))
            .orElse(false);
    boolean good = (attributed || missing + different == 0)
        && overlap >= reads.move().settings().verification().minTopKOverlap();
    return new VerificationReport(
        compared,
        attributed ? 0 : missing,
        extra,
        attributed ? 0 : different,
        "",
        overlap,
        good ? Verdict.EQUAL : Verdict.DIFFERENT);
  }

  /** Whether a difference may still turn out to be the clients' if they are observed for longer. */
  public boolean undecided(Duration sinceScan) {
    return missing + different > 0
        && rate(sinceScan).map(known -> !known.conclusive()).orElse(false);
  }

  private Optional<ClientRate> rate(Duration sinceScan) {
    Duration gap = baseline.gap;
    return gap == null
            || ambiguous > 0
            || (different > 0 && (baseline.late || !baseline.sawSwitch))
            || baseline.interrupted
            || baseline.trust() != SwitchBaseline.Trust.POST_SWITCH_SCAN
        ? Optional.empty()
        : Optional.of(new ClientRate(gap, sinceScan));
  }

  /** How many points' differences were attributed to clients. */
  public long attributed() {
    return attributed ? missing + different : 0;
  }

  /** How far it is. */
  public VerificationReport soFar() {
    return new VerificationReport(
        compared, missing, extra, different, resumeAfter, 1, Verdict.RUNNING);
  }

  /** Late writes that were written to the target. */
  public long lateWrites() {
    return lateWrites;
  }

  /** What the source held as it was compared, in memory of a process that deletes it later. */
  public SwitchBaseline verified() {
    return SwitchBaseline.verified(verified);
  }

  public List<Point> samples() {
    return samples;
  }

  /** The first ids of points of which the replicas of the fallback hold different versions. */
  public List<PointId> differing() {
    return List.copyOf(differing);
  }

  /** The first ids of points of which the replicas of the dedicated key hold different versions, or which some of them lack. */
  public List<PointId> differingCopies() {
    return List.copyOf(differingCopies);
  }

  /** The first ids that nothing explains. */
  public List<PointId> unexplained() {
    return List.copyOf(unexplained);
  }
}
