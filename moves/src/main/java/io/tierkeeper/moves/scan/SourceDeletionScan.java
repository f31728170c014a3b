package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.content.PointContent;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Deletes the tenant's points from the fallback, by id, batch by batch. Each batch is compared with the dedicated key right
 * before; a late write is written to the dedicated key first, and a difference that nothing explains ends the scan.
 */
public final class SourceDeletionScan {

  private final TenantReads reads;
  private final QdrantWrites writes;
  private final LateWrite lateWrite;
  private final SwitchBaseline verified;
  private final IdStream source;
  private final List<PointId> unexplained = new ArrayList<>();
  private final List<PointId> differing = new ArrayList<>();
  private final List<PointId> differingCopies = new ArrayList<>();
  private long deleted;
  private long lateWrites;

  /** @param verified what the fallback held as it was verified, without what was deleted since */
  public SourceDeletionScan(TenantReads reads, QdrantWrites writes, SwitchBaseline verified) {
    this.reads = reads;
    this.writes = writes;
    this.lateWrite = new LateWrite(reads, writes, verified);
    this.verified = verified;
    this.source = reads.idsOfMineAlone();
    verified.deleted(verified.inDoubt(), reads.mineAlone(verified.inDoubt()).keySet());
  }

  /**
   * Continues the scan.
   *
   * @param journal records before each deletion what the fallback holds before and after it
   * @return whether it has ended
   */
  public boolean run(ScanBudget budget, Consumer<CopyEvidence> journal) {
    while (budget.left() && !obstructed()) {
      List<PointId> batch = new ArrayList<>();
      while (batch.size() < reads.move().settings().deleteBatch() && source.peek() != null) {
        batch.add(source.next().id());
        budget.spend();
      }
      if (batch.isEmpty()) {
        return true;
      }
      delete(batch, journal);
    }
    return obstructed();
  }

  private boolean obstructed() {
    return !unexplained.isEmpty() || !differing.isEmpty() || !differingCopies.isEmpty();
  }

  private void delete(List<PointId> batch, Consumer<CopyEvidence> journal) {
    List<PointId> ids = new ArrayList<>();
    for (int from = 0; from < batch.size(); from += reads.page()) {
      List<PointId> page = batch.subList(from, Math.min(batch.size(), from + reads.page()));
      Map<PointId, Point> copies = reads.now(reads.move().dedicated(), page);
      Set<PointId> differ = reads.differing(page);
      differing.addAll(differ);
      Set<PointId> copiesDiffer = reads.differingInDedicated(page);
      differingCopies.addAll(copiesDiffer);
      reads.mineAlone(page).forEach((id, point) -> {
        if (!differ.contains(id) && !copiesDiffer.contains(id) && settled(point, copies.get(id))) {
          ids.add(id);
        }
      });
    }
    if (ids.isEmpty()) {
      return;
    }
    // Whoever reads the journal after a crash finds the fallback as before this deletion or as
    // after it.
    journal.accept(verified.deleting(ids));
    writes.delete(
        reads.move().collection(),
        ShardSelector.key(reads.move().fallback()),
        Filter.ids(ids),
        true);
    verified.deleted(ids, Set.of());
    deleted += ids.size();
  }

  /** Whether the dedicated key holds the point, or a client has changed or deleted it there since it was verified. */
  private boolean settled(Point point, @Nullable Point copy) {
    return switch (lateWrite.rule(point, copy)) {
      case EQUAL, SUPERSEDED -> true;
      case NEW, CHANGED -> {
        lateWrite.apply(point, copy);
        lateWrites++;
        // Where a client was faster, the next scan judges what it wrote.
        Point now = reads.now(reads.move().dedicated(), point.id());
        yield now != null && PointContent.same(point, now);
      }
      case MISSING, DIFFERENT, AMBIGUOUS -> {
        unexplained.add(point.id());
        yield false;
      }
    };
  }

  public long deleted() {
    return deleted;
  }

  public long lateWrites() {
    return lateWrites;
  }

  /** Points of which the replicas of the fallback hold different versions; they are not deleted. */
  public List<PointId> differing() {
    return differing;
  }

  /** Points of which the replicas of the dedicated key hold different versions, or which some of them lack; they are not deleted. */
  public List<PointId> differingCopies() {
    return differingCopies;
  }

  /** Points that differ from the dedicated key for no known reason; they are not deleted. */
  public List<PointId> unexplained() {
    return unexplained;
  }
}
