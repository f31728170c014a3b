package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Protocol.FenceState;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.act.LiftFence;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.qdrant.Replica;
import java.util.List;
import java.util.Optional;

/** The guards of both directions. */
final class CommonGuards {

  private CommonGuards() {}

  /** Nothing is decided before every peer answers, all show the same, and the fallback can be counted. */
  static Optional<Decision> peersAgree(Situation situation) {
    return situation.seen().unclear().map(why -> unclear(situation, why));
  }

  /** Without the collection there is nothing to move; a fence is lifted all the same. */
  static Optional<Decision> collectionExists(Situation situation) {
    if (situation.layout().exists()) {
      return Optional.empty();
    }
    Move move = situation.move();
    MoveJournal journal = situation.journal();
    if (!situation.signals().abortRequested()) {
      return Optional.of(new Decision.Stalled(
          journal.step(),
          StallReason.COLLECTION_MISSING,
          "Collection " + move.collection()
              + " does not exist in Qdrant. Restore it and the move continues; if it is gone for good, "
              + "the command ends the move.",
          new Remedy.SetAbort(true)));
    }
    return Optional.of(
        journal.fence().map(FenceState::fencedAt).isPresent()
            ? new Decision.Mutate(new LiftFence(MoveStep.LIFT))
            : situation.onceWritesHaveArrived(new Decision.Complete(
                journal.step(),
                MovePhase.ABORTED,
                StallReason.COLLECTION_MISSING.apiName(),
                "Collection " + move.collection()
                    + " does not exist any more; there is nothing left to move or to restore.")));
  }

  private static Decision unclear(Situation situation, String why) {
    Observation seen = situation.seen();
    MoveJournal journal = situation.journal();
    boolean late = situation.stuck();
    if (late && seen.layout().disagreement().isEmpty()) {
      return unreadable(situation, why);
    }
    if (late) {
      List<String> hosts = seen.layout().laggards();
      return new Decision.Stalled(
          journal.step(),
          StallReason.PEERS_DISAGREE,
          "The peers of Qdrant have not agreed for " + seen.unchangedFor().toSeconds() + " s: "
              + why + ". The move changes nothing until every peer answers and all show the same.",
          hosts.isEmpty() ? new Remedy.ShowCluster() : new Remedy.RestartPods(hosts));
    }
    return new Decision.Wait(
        journal.step(),
        seen.layout().silent().isEmpty() ? "PeersDisagree" : "PeerSilent",
        "Waiting for all peers of Qdrant to answer and agree: " + why,
        Planner.POLL);
  }

  /** All peers agree, but a count in the fallback fails. */
  static Decision unreadable(Situation situation, String why) {
    ClusterLayout layout = situation.layout();
    Move move = situation.move();
    List<Replica> replicas = layout.replicas(move.fallback());
    boolean sound = layout.fallbackFault(move.fallback()).isEmpty();
    String message = why + ", for " + situation.seen().unchangedFor().toSeconds() + " s. ";
    return replicas.isEmpty() || sound
        ? new Decision.Stalled(
            situation.journal().step(),
            StallReason.FALLBACK_UNREADABLE,
            message
                + "The command makes the same count: its answer says why Qdrant refuses it. If the "
                + "collection's strict mode does, the runbook says what to allow.",
            new Remedy.CountFallback())
        : new Decision.Stalled(
            situation.journal().step(),
            StallReason.FALLBACK_UNREADABLE,
            message + "The fallback key " + move.fallback() + " is not Active ("
                + ClusterLayout.places(replicas)
                + "), which affects every tenant in it. The command recovers it from its own content; run "
                + "it against that peer.",
            Planner.returnToService(replicas));
  }
}
