package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Point;

/** Reads both keys as soon as the dedicated one is Active: what the source holds then is the baseline of all that follows. */
final class FirstLook implements Pass {

  private final TenantReads reads;
  private final IdStream source;
  private final IdStream target;
  private final Evidence evidence = new Evidence();

  FirstLook(TenantReads reads) {
    this.reads = reads;
    this.source = reads.inFallback(null);
    this.target = reads.in(reads.move().tenant(), null);
  }

  /**
   * What was seen.
   *
   * @param before what the source held before the copy was started
   */
  Evidence evidence(LastPass before) {
    before.compareWith(evidence.baseline.whole());
    evidence.before = before;
    return evidence;
  }

  @Override
  public boolean run(Budget budget) {
    while (budget.left()) {
      Point from = source.peek();
      if (from == null) {
        return true;
      }
      source.next();
      budget.spend();
      evidence.baseline.add(from);
      while (target.isBefore(from.id())) {
        target.next();
      }
      Point copy = target.nextIf(from.id());
      if (copy == null || !PointContent.same(from, copy)) {
        Point now = reads.now(reads.move().tenant(), from.id());
        if (now == null || !PointContent.same(from, now)) {
          evidence.suspects.put(from.id(), now == null ? 0 : PointContent.hash(now));
        }
      }
    }
    return false;
  }
}
