package io.tierkeeper.lab.scene;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.DemotionStrategy;
import io.tierkeeper.moves.Leadership;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveEngine;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.Placement;
import io.tierkeeper.moves.Progress;
import io.tierkeeper.moves.VerifyLevel;
import io.tierkeeper.moves.WhenBusy;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;

/** Brings one tenant at a time to the other tier, with the real engine. */
final class TenantMover {
  private static final String TENANT_FIELD = "group_id";

  /** What a policy would say; waits are shorter than its defaults, so that seconds tell of points. */
  private static final MoveSettings SETTINGS = new MoveSettings(
      VerifyLevel.CONTENT,
      2,
      0.99,
      Duration.ofSeconds(5),
      Duration.ZERO,
      1000,
      1,
      Placement.WITH_FALLBACK,
      DemotionStrategy.FREEZE,
      Duration.ofSeconds(10),
      Duration.ofMinutes(2),
      WhenBusy.GIVE_UP,
      null,
      false,
      Duration.ofMinutes(10));

  private final Scheduler processes;
  private final Workload workload;
  private final MoveEngine engine;
  private final String collection;
  private final ShardKey fallback;
  private int moves;

  TenantMover(
      Scheduler processes,
      QdrantCluster cluster,
      Workload workload,
      String collection,
      ShardKey fallback) {
    this.processes = processes;
    this.workload = workload;
    this.collection = collection;
    this.fallback = fallback;
    engine = new MoveEngine(cluster, new InMemoryAudit(), processes.clock(), Leadership.always());
  }

  /**
   * Moves a tenant, and returns when that has ended.
   *
   * @throws IllegalStateException when it has not ended in time, or a person would be needed
   */
  Progress.Finished move(ShardKey tenant, Direction direction, Duration patience) {
    String name = "play-" + ++moves;
    Move move = new Move(
        name,
        collection + "-" + moves,
        "/namespaces/play/tieredcollections/" + collection,
        collection,
        TENANT_FIELD,
        tenant,
        fallback,
        direction,
        SETTINGS);
    MoveJournal journal = MoveJournal.initial();
    long until = processes.nanoTime() + patience.toNanos();
    long frozen = 0;
    long turn = processes.nanoTime();
    Progress last = null;
    while (processes.nanoTime() < until) {
      last = engine.advance(move, journal, MoveSignals.none("play"), written -> {});
      journal = last.journal();
      if (frozen == 0 && journal.step() == MoveStep.FREEZE) {
        // It began in the turn before, which may have taken long.
        frozen = turn;
      }
      turn = processes.nanoTime();
      switch (last) {
        case Progress.Finished finished -> {
          if (frozen != 0) {
            workload.staleBetween(tenant, frozen, turn, readStale(finished));
          }
          return finished;
        }
        case Progress.Wait wait -> processes.sleep(wait.after());
        case Progress.Stalled stalled ->
          throw new IllegalStateException(
              direction.label() + " of " + tenant + " needs a person: " + stalled.message());
        case Progress.Continue next -> {
          // At once.
        }
      }
    }
    throw new IllegalStateException(
        direction.label() + " of " + tenant + " not done in " + patience + ": " + last);
  }

  /** How many points a demotion by freeze announced as read stale; one that was taken back, or missed a freeze, tells none. */
  private static long readStale(Progress.Finished end) {
    boolean told = end.phase() == MovePhase.SUCCEEDED && end.report().attempts() == 1;
    return told ? end.report().difference() : Long.MAX_VALUE;
  }
}
