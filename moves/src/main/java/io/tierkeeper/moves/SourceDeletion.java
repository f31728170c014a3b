package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Deletes the verified points from the fallback, by id, batch by batch; a late write is brought over first. */
final class SourceDeletion implements Pass {

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final Straggler straggler;
  private final Evidence evidence;
  private final IdStream source;
  private long deleted;
  private long broughtOver;

  SourceDeletion(TenantReads reads, QdrantWrites writes, Evidence evidence) {
    this.reads = reads;
    this.writes = writes;
    this.evidence = evidence;
    this.straggler = new Straggler(reads.move(), evidence);
    this.source = reads.inFallback(null);
  }

  @Override
  public boolean run(Budget budget) {
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
    if (evidence.trust() == Evidence.Trust.FIRST_LOOK) {
      List<Point> late =
          batch.stream().filter(point -> !evidence.baseline.matches(point)).toList();
      if (!late.isEmpty()) {
        Map<PointId, Point> copies =
            reads.now(reads.move().tenant(), late.stream().map(Point::id).toList());
        late.forEach(point -> bringOver(point, copies.get(point.id())));
      }
    }
    writes.delete(
        reads.move().collection(),
        ShardSelector.key(reads.move().fallback()),
        Filter.ids(ids),
        true);
    deleted += ids.size();
  }

  private void bringOver(Point point, @Nullable Point copy) {
    switch (straggler.rule(point, copy)) {
      case NEW, CHANGED -> {
        straggler.apply(writes, point, copy);
        broughtOver++;
      }
      case EQUAL, SUPERSEDED, MISSING, DIFFERENT, AMBIGUOUS -> {}
    }
  }

  long deleted() {
    return deleted;
  }

  long broughtOver() {
    return broughtOver;
  }
}
