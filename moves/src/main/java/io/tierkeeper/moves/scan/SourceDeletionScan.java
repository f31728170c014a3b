package io.tierkeeper.moves.scan;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deletes the verified points from the fallback, by id, batch by batch; a late write is written to the dedicated key first. */
public final class SourceDeletionScan implements ResumableScan {

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final LateWrite lateWrite;
  private final SwitchBaseline baseline;
  private final IdStream source;
  private long deleted;
  private long lateWrites;

  public SourceDeletionScan(TenantReads reads, QdrantWrites writes, SwitchBaseline baseline) {
    this.reads = reads;
    this.writes = writes;
    this.baseline = baseline;
    this.lateWrite = new LateWrite(reads.move(), baseline);
    this.source = reads.onlyMineInFallback();
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left()) {
      List<Point> batch = new ArrayList<>();
      while (batch.size() < reads.move().settings().deleteBatch() && source.peek() != null) {
        batch.add(source.next());
        budget.spend();
      }
      if (batch.isEmpty()) {
        return true;
      }
      delete(batch);
    }
    return false;
  }

  private void delete(List<Point> batch) {
    List<PointId> ids = batch.stream().map(Point::id).toList();
    if (baseline.trust() == SwitchBaseline.Trust.POST_SWITCH_SCAN) {
      List<Point> late =
          batch.stream().filter(point -> !baseline.baseline.matches(point)).toList();
      if (!late.isEmpty()) {
        Map<PointId, Point> copies =
            reads.now(reads.move().dedicated(), late.stream().map(Point::id).toList());
        late.forEach(point -> rescue(point, copies.get(point.id())));
      }
    }
    writes.delete(
        reads.move().collection(),
        ShardSelector.key(reads.move().fallback()),
        Filter.ids(ids),
        true);
    deleted += ids.size();
  }

  private void rescue(Point point, @Nullable Point copy) {
    switch (lateWrite.rule(point, copy)) {
      case NEW, CHANGED -> {
        lateWrite.apply(writes, point, copy);
        lateWrites++;
      }
      case EQUAL, SUPERSEDED, MISSING, DIFFERENT, AMBIGUOUS -> {}
    }
  }

  public long deleted() {
    return deleted;
  }

  public long lateWrites() {
    return lateWrites;
  }
}
