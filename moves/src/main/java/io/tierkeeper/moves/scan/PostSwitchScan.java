package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Point;

/** Reads both keys as soon as the dedicated one is Active: what the source holds then is the baseline of all that follows. */
public final class PostSwitchScan implements ResumableScan {

  private final TenantReads reads;
  private final IdStream source;
  private final IdStream target;
  private final SwitchBaseline result = new SwitchBaseline();

  public PostSwitchScan(TenantReads reads) {
    this.reads = reads;
    this.source = reads.inFallback(null);
    this.target = reads.in(reads.move().dedicated(), null);
  }

  /**
   * What was seen.
   *
   * @param before what the source held before the copy was started
   */
  public SwitchBaseline baseline(LastCopy before) {
    before.compareWith(result.baseline.whole());
    result.before = before;
    return result;
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left()) {
      Point from = source.peek();
      if (from == null) {
        return true;
      }
      source.next();
      budget.spend();
      result.baseline.add(from);
      while (target.isBefore(from.id())) {
        target.next();
      }
      Point copy = target.nextIf(from.id());
      if (copy == null || !PointContent.same(from, copy)) {
        Point now = reads.now(reads.move().dedicated(), from.id());
        if (now == null || !PointContent.same(from, now)) {
          result.suspects.put(from.id(), now == null ? 0 : PointContent.hash(now));
        }
      }
    }
    return false;
  }
}
