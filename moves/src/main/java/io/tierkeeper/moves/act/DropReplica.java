package io.tierkeeper.moves.act;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.scan.ReplicaComparison;
import io.tierkeeper.moves.scan.ScanBudget;
import io.tierkeeper.qdrant.PointId;
import java.util.List;
import java.util.Map;

/** Drops one replica of the dedicated key, after all of its replicas have been found to hold the same points. */
public record DropReplica(MoveStep step, int shardId, long peerId) implements ScanMutation {

  @Override
  public void describe(ObjectNode request) {
    request.put("shard", shardId).put("peer", Long.toUnsignedString(peerId));
  }

  @Override
  public boolean underWay(WorkingMemory memory) {
    return memory.replicas != null;
  }

  /** Taking the move back restores as many. */
  @Override
  public MoveJournal announce(MoveJournal journal, MutationContext context) {
    int now = context.layout().replicas(context.move().dedicated()).size();
    return journal.demotion(draft -> draft.replicas(Math.max(draft.replicas(), now)));
  }

  @Override
  public Outcome perform(MutationContext context) {
    WorkingMemory memory = context.memory();
    ReplicaComparison scan = memory.replicas;
    if (scan == null) {
      scan = new ReplicaComparison(context.reads());
      memory.replicas = scan;
    }
    if (!scan.run(new ScanBudget(context.clock()))) {
      return Outcome.unfinished(context.journal());
    }
    memory.replicas = null;
    List<PointId> differing = scan.differing();
    if (!differing.isEmpty()) {
      return new Outcome(
          context.journal(),
          true,
          Map.of(),
          ReplicasDiffer.inDedicated(context.move(), differing, "No replica is dropped."));
    }
    context.port().dropReplica(context.move().collection(), shardId, peerId);
    return Outcome.done(context.journal());
  }
}
