package io.tierkeeper.moves.plan;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveFixtures;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.MoveSettings;
import io.tierkeeper.moves.MoveSignals;
import io.tierkeeper.moves.Verdict;
import io.tierkeeper.moves.VerificationReport;
import io.tierkeeper.moves.act.UnderWay;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.Observation;
import io.tierkeeper.moves.observe.PeerObservation;
import io.tierkeeper.moves.observe.PointCounts;
import io.tierkeeper.moves.observe.PointSample;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.TenantId;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What all peers show, and what is planned then. */
final class PlanScene {

  static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  static final ShardKey TENANT = ShardKey.of("acme");
  static final ShardKey FALLBACK = ShardKey.of("default");
  static final VerificationReport EQUAL = new VerificationReport(10, 0, 0, 0, "", 1, Verdict.EQUAL);

  /** A process that has scanned both keys since the switch. */
  static final Recollection SCANNED =
      new Recollection(true, false, 0, null, null, UnderWay.NOTHING);

  /** Counts that are known. */
  record Counted(
      long inFallback, long marked, PointSample shared, PointSample foreign, boolean tenantIndexed)
      implements PointCounts {}

  /** What all peers show; shard 1 is the fallback's, 2 the tenant's, 3 and 4 the own keys'. */
  static final class Scene {
    final List<Replica> replicas =
        new ArrayList<>(List.of(new Replica(1, 11, FALLBACK, ReplicaState.ACTIVE, 100)));
    final List<ShardTransfer> transfers = new ArrayList<>();
    final List<String> silent = new ArrayList<>();
    PointSample shared = PointSample.NONE;
    PointSample foreign = PointSample.NONE;
    long marked;
    Duration unchanged = Duration.ofSeconds(1);
    String version = "1.19.0";
    boolean differ;

    Scene tenant(ReplicaState state, long points) {
      replicas.add(new Replica(2, 11, TENANT, state, points));
      return this;
    }

    Scene own(Move move, boolean withFrozen, ReplicaState frozen) {
      replicas.add(new Replica(3, 11, move.freezeSourceKey(), ReplicaState.ACTIVE, 0));
      if (withFrozen) {
        replicas.add(new Replica(4, 11, move.thawedCopyKey(), frozen, 0));
      }
      return this;
    }

    Scene transfer(int from, int to) {
      transfers.add(new ShardTransfer(from, to, 11, 11, true));
      return this;
    }

    Scene unchangedFor(Duration value) {
      unchanged = value;
      return this;
    }

    Observation see() {
      QdrantReads port = (QdrantReads) Proxy.newProxyInstance(
          QdrantReads.class.getClassLoader(),
          new Class<?>[] {QdrantReads.class},
          (self, method, args) -> {
            throw new AssertionError("the planner must not call Qdrant");
          });
      List<PeerObservation> peers = new ArrayList<>();
      for (long id : new long[] {11, 12, 13}) {
        peers.add(new PeerObservation(
            port,
            new PeerStatus(version, id, Set.of(11L, 12L, 13L), 3, 40, 0, true),
            new PeerView(
                id, differ && id == 13 ? List.of() : List.copyOf(replicas), transfers, 0)));
      }
      return new Observation(
          new ClusterLayout("kb", peers, silent),
          Optional.empty(),
          new Counted(100, marked, shared, foreign, true),
          true,
          unchanged,
          unchanged);
    }
  }

  static Move move(Direction direction) {
    return move(direction, MoveFixtures.settings());
  }

  static Move move(Direction direction, MoveSettings settings) {
    return new Move(
        "m",
        "uid-1",
        "/namespaces/data/tieredcollections/kb",
        "kb",
        "group_id",
        TenantId.Kind.KEYWORD,
        TENANT.tenant(),
        FALLBACK,
        direction,
        settings);
  }

  static MoveSettings fencing(Fence fence) {
    MoveSettings settings = MoveFixtures.settings();
    return settings.withDemotion(MoveFixtures.fencing(settings.demotion(), fence));
  }

  static Object promote(Scene scene, Consumer<JournalDraft> journal) {
    return plan(Direction.PROMOTE, scene, journal, MoveSignals.none("t"));
  }

  static Object demote(Scene scene, Consumer<JournalDraft> journal) {
    return plan(Direction.DEMOTE, scene, journal, MoveSignals.none("t"));
  }

  static Object plan(
      Direction direction, Scene scene, Consumer<JournalDraft> journal, MoveSignals signals) {
    return plan(move(direction), scene, JournalDraft.journal(journal), signals, SCANNED);
  }

  /** The mutation where the decision is one, else the decision. */
  static Object plan(
      Move move, Scene scene, MoveJournal journal, MoveSignals signals, Recollection memory) {
    Observation seen = scene.see();
    MoveJournal assigned = journal.assigned(move, Planner.isUndo(move, seen, journal));
    Decision decision = Planner.plan(new Situation(move, seen, assigned, signals, memory, NOW));
    return decision instanceof Decision.Mutate mutate ? mutate.mutation() : decision;
  }

  private PlanScene() {}
}
