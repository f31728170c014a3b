package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Compares the source with the dedicated key, point by point in id order, while clients go on writing: late writes in
 * the source are brought over, newer ones in the target respected, and what neither explains is counted.
 */
final class Verification implements Pass {

  /** Unexplained points that a report names. */
  static final int NAMED = 10;

  // Clients can have written in the short time between the switch and the first look. So many
  // differences that a late write does not explain are put down to them: a few, and what their rate
  // since then makes plausible with a margin of four.
  private static final int PLAUSIBLE = 3;
  private static final int MARGIN = 4;
  private static final int SEARCH_SAMPLES = 1_000;

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final Evidence evidence;
  private final Straggler straggler;
  private final IdStream source;
  private final IdStream target;
  private final List<Point> unexplained = new ArrayList<>();
  private final List<Point> samples = new ArrayList<>();
  private long compared;
  private long extra;
  private long superseded;
  private long broughtOver;
  private long missing;
  private long different;
  private long ambiguous;
  private String resumeAfter;

  /** Goes on where an earlier process stopped, unless that one had found something to look at again. */
  Verification(
      TenantReads reads, QdrantWrites writes, Evidence evidence, VerificationReport earlier) {
    VerificationReport soFar =
        earlier.missing() + earlier.different() == 0 ? earlier : VerificationReport.none();
    this.reads = reads;
    this.writes = writes;
    this.evidence = evidence;
    this.straggler = new Straggler(reads.move(), evidence);
    this.resumeAfter = soFar.resumeAfter();
    this.compared = soFar.compared();
    this.extra = soFar.extra();
    PointId from = resumeAfter.isEmpty() ? null : parse(resumeAfter);
    this.source = reads.inFallback(from);
    this.target = reads.in(reads.move().tenant(), from);
    if (from != null) {
      source.nextIf(from);
      target.nextIf(from);
    }
  }

  @Override
  public boolean run(Budget budget) {
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
      samples.add(from);
    }
    if (copy != null && PointContent.same(from, copy)) {
      return;
    }
    // Both pages may be older than the last write: only a fresh look at both counts.
    Point nowFrom = reads.now(reads.move().fallback(), from.id());
    Point nowCopy = reads.now(reads.move().tenant(), from.id());
    if (nowFrom == null) {
      return;
    }
    switch (straggler.rule(nowFrom, nowCopy)) {
      case EQUAL -> {}
      case SUPERSEDED -> superseded++;
      case NEW, CHANGED -> {
        straggler.apply(writes, nowFrom, nowCopy);
        broughtOver++;
      }
      case MISSING -> {
        missing++;
        name(nowFrom);
      }
      case AMBIGUOUS -> {
        missing++;
        ambiguous++;
        name(nowFrom);
      }
      case DIFFERENT -> {
        different++;
        name(nowFrom);
      }
    }
  }

  private void name(Point point) {
    if (unexplained.size() < 10_000) {
      unexplained.add(point);
    }
  }

  /**
   * After the end: whether the unexplained points are few enough to be the clients' own writes between the switch and
   * the first look. Where nobody else was seen to write, a missing point may be one that the copy lacks as well as the
   * one that a client has deleted: then a person decides.
   */
  VerificationReport conclude(Duration sinceFirstLook, double overlap) {
    if (evidence.trust() == Evidence.Trust.FIRST_LOOK
        && !evidence.interrupted
        && ambiguous == 0
        && missing + different > 0) {
      boolean clientsWrote = superseded + extra + different > 0;
      double rate = superseded / Math.max(1e-3, sinceFirstLook.toMillis() / 1e3);
      double plausible = PLAUSIBLE + MARGIN * rate * evidence.gap().toMillis() / 1e3;
      if (clientsWrote && missing + different <= plausible) {
        superseded += missing + different;
        missing = 0;
        different = 0;
      }
    }
    boolean good =
        missing == 0 && different == 0 && overlap >= reads.move().settings().minTopKOverlap();
    return new VerificationReport(
        compared, missing, extra, different, "", overlap, good ? Verdict.EQUAL : Verdict.DIFFERENT);
  }

  /** How far it is. */
  VerificationReport soFar() {
    return new VerificationReport(
        compared, missing, extra, different, resumeAfter, 1, Verdict.RUNNING);
  }

  /** Late writes that were brought over to the target. */
  long broughtOver() {
    return broughtOver;
  }

  List<Point> samples() {
    return samples;
  }

  /** The first ids that nothing explains. */
  List<PointId> unexplained() {
    return unexplained.stream().map(Point::id).limit(NAMED).toList();
  }

  static PointId parse(String id) {
    return id.indexOf('-') >= 0
        ? PointId.of(UUID.fromString(id))
        : PointId.of(Long.parseUnsignedLong(id));
  }
}
