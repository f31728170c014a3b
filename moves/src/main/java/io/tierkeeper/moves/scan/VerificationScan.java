package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import java.util.ArrayList;
import java.util.List;
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
  private final Baseline verified = new Baseline();
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
        compare(from, target.nextIf(from.id()));
        resumeAfter = from.id().toString();
      }
    }
    return false;
  }

  private void compare(Point from, @Nullable Point copy) {
    compared++;
    if (samples.size() < SEARCH_SAMPLES && compared % 7 == 1) {
      SearchProbes.sample(from).ifPresent(samples::add);
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
    switch (lateWrite.rule(nowFrom, nowCopy)) {
      case EQUAL, SUPERSEDED -> {}
      case NEW, CHANGED -> {
        lateWrite.apply(nowFrom, nowCopy);
        lateWrites++;
      }
      case MISSING, AMBIGUOUS -> {
        missing++;
        name(nowFrom);
      }
      case DIFFERENT -> {
        different++;
        name(nowFrom);
      }
    }
  }

  private void name(Point point) {
    if (unexplained.size() < MAX_NAMED) {
      unexplained.add(point.id());
    }
  }

  /** After the end: equal only where each difference is explained by what is known of that point. */
  public VerificationReport conclude(double overlap) {
    boolean good = missing == 0
        && different == 0
        && overlap >= reads.move().settings().verification().minTopKOverlap();
    return new VerificationReport(
        compared, missing, extra, different, "", overlap, good ? Verdict.EQUAL : Verdict.DIFFERENT);
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

  /** The first ids that nothing explains. */
  public List<PointId> unexplained() {
    return List.copyOf(unexplained);
  }
}
