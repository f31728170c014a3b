package io.tierkeeper.moves.scan;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares the replicas of the dedicated key with each other, whatever tenant its points belong to; writes nothing. Ends at the first page of
 * points that differ, so that it holds few ids however many do.
 */
public final class ReplicaComparison implements ResumableScan {

  private final TenantReads reads;
  private final IdStream points;
  private final List<PointId> suspects = new ArrayList<>();
  private final List<PointId> differing = new ArrayList<>();

  public ReplicaComparison(TenantReads reads) {
    this.reads = reads;
    this.points = reads.inDedicated();
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left() && differing.isEmpty() && points.peek() != null) {
      Point point = points.next();
      budget.spend();
      if (points.differs() || points.lacking()) {
        suspects.add(point.id());
      }
      if (suspects.size() >= reads.page()) {
        judge();
      }
    }
    if (differing.isEmpty() && points.peek() != null) {
      return false;
    }
    judge();
    return true;
  }

  /** A write that was in flight has arrived by now. */
  private void judge() {
    differing.addAll(reads.differingInDedicated(suspects));
    suspects.clear();
  }

  /** The first points that some replica lacks or holds in another version. */
  public List<PointId> differing() {
    return List.copyOf(differing);
  }
}
