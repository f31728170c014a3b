package io.tierkeeper.moves.act;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.JournalWriter;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.qdrant.QdrantCluster;
import java.time.InstantSource;

/** Announces and performs mutations with the connections of one cluster. */
public final class MutationExecutor {

  private final QdrantCluster cluster;
  private final InstantSource clock;
  private final Leadership leadership;
  private final FenceCalls fences;
  private final EngineLimits limits;
  private final SnapshotStore snapshots;

  /** An executor whose fence webhooks go out by this sender, and that stores snapshots there. */
  public MutationExecutor(
      QdrantCluster cluster,
      InstantSource clock,
      Leadership leadership,
      WebhookSender webhooks,
      EngineLimits limits,
      SnapshotStore snapshots) {
    this.cluster = cluster;
    this.clock = clock;
    this.leadership = leadership;
    this.limits = limits;
    this.snapshots = snapshots;
    this.fences = new FenceCalls(webhooks);
  }

  QdrantCluster cluster() {
    return cluster;
  }

  InstantSource clock() {
    return clock;
  }

  Leadership leadership() {
    return leadership;
  }

  FenceCalls fences() {
    return fences;
  }

  EngineLimits limits() {
    return limits;
  }

  SnapshotStore snapshots() {
    return snapshots;
  }

  /** What a mutation of this step works with. */
  public MutationContext context(
      Move move,
      Observation seen,
      MoveJournal journal,
      WorkingMemory memory,
      JournalWriter writer) {
    return new MutationContext(this, move, seen, journal, memory, writer);
  }

  /** The journal that must be durable before the mutation. */
  public MoveJournal announce(Mutation mutation, MutationContext context) {
    MoveJournal journal = context.journal();
    boolean forwardOnly = journal.header().deeds() == 0
        && context.layout().state(context.move().dedicated()) == KeyState.ABSENT
        && (context.move().direction() == Direction.DEMOTE || journal.undo());
    MoveJournal counted = journal.header(draft -> {
      draft.deeds(draft.deeds() + 1);
      // A journal that was lost learns here that the move itself has deleted the key.
      draft.deletionBegun(draft.deletionBegun() || forwardOnly);
    });
    return mutation.announce(counted, context);
  }

  /** Performs the mutation, or its next slice. */
  public Outcome perform(Mutation mutation, MutationContext context) {
    return mutation.perform(context);
  }
}
