package io.tierkeeper.moves.act;

import io.tierkeeper.moves.CopyEvidence;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.Protocol;
import io.tierkeeper.moves.content.LastCopy;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import java.time.InstantSource;

/** What a mutation works with: the move, what was observed, journal and memory, and ports that verify leadership. */
public final class MutationContext {

  private final MutationExecutor executor;
  private final Move move;
  private final Observation seen;
  private MoveJournal journal;
  private final WorkingMemory memory;
  private final JournalWriter writer;

  MutationContext(
      MutationExecutor executor,
      Move move,
      Observation seen,
      MoveJournal journal,
      WorkingMemory memory,
      JournalWriter writer) {
    this.executor = executor;
    this.move = move;
    this.seen = seen;
    this.journal = journal;
    this.memory = memory;
    this.writer = writer;
  }

  /** The same with the journal as it has become durable. */
  public MutationContext with(MoveJournal durable) {
    return new MutationContext(executor, move, seen, durable, memory, writer);
  }

  /** Makes other evidence durable in the middle of a mutation. */
  void record(CopyEvidence evidence) {
    journal = journal.withEvidence(evidence);
    writer.write(journal);
  }

  public Move move() {
    return move;
  }

  public Observation seen() {
    return seen;
  }

  /** As it was last made durable. */
  public MoveJournal journal() {
    return journal;
  }

  /** What a promotion records. */
  Protocol.Promotion promotion() {
    return journal.as(Protocol.Promotion.class);
  }

  /** What a demotion records. */
  Protocol.Demotion demotion() {
    return journal.as(Protocol.Demotion.class);
  }

  WorkingMemory memory() {
    return memory;
  }

  ClusterLayout layout() {
    return seen.layout();
  }

  InstantSource clock() {
    return executor.clock();
  }

  FenceCalls fences() {
    return executor.fences();
  }

  Leadership leadership() {
    return executor.leadership();
  }

  /** The memory of this process in bytes. */
  long heap() {
    return executor.limits().heap().getAsLong();
  }

  /** Where snapshots are stored. */
  SnapshotStore snapshots() {
    return executor.snapshots();
  }

  /** The number of points of a page. */
  int page() {
    return executor.limits().page();
  }

  /** Reads of the tenant's points, by the peer that answers first in the layout. */
  TenantReads reads() {
    return new TenantReads(
        move,
        layout().anyPort(),
        layout().readsOf(move.fallback()),
        layout().readsOf(move.dedicated()),
        executor.limits().page());
  }

  /** Reads and writes by that peer. */
  QdrantWrites port() {
    return writes(layout().anyPort());
  }

  /** Reads and writes by one peer. */
  QdrantWrites peer(long peerId) {
    return writes(layout()
        .port(peerId)
        .orElseThrow(
            () -> new QdrantException.Unavailable("no endpoint for peer " + peerId, null)));
  }

  private QdrantWrites writes(QdrantReads observed) {
    QdrantCluster cluster = executor.cluster();
    return cluster.peers().stream()
        .filter(peer -> peer == observed)
        .findFirst()
        .map(peer -> LeaderGuard.of(peer, executor.leadership()))
        .orElseThrow(() -> new IllegalStateException("an observed peer is not in the cluster"));
  }

  /** The fence of the move's settings. */
  Fence fence() {
    Fence fence = move.settings().demotion().fence();
    if (fence == null) {
      throw new IllegalStateException("fence: is missing in the settings of move " + move.name());
    }
    return fence;
  }

  /** What the last copy scan, the pre-copy scan or the verification saw. */
  LastCopy lastCopy() {
    return new LastCopy(memory.lastCopied(), journal.evidence());
  }
}
