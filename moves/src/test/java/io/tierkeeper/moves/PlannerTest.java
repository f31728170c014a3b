package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The crash tables: what is seen on all peers after a crash, and what comes next. */
class PlannerTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
  private static final ShardKey TENANT = ShardKey.of("acme");
  private static final ShardKey FALLBACK = ShardKey.of("default");
  private static final VerificationReport EQUAL =
      new VerificationReport(10, 0, 0, 0, "", 1, Verdict.EQUAL);

  /** What all peers show; shard 1 is the fallback's, 2 the tenant's, 3 and 4 the own keys'. */
  private static final class Scene {
    private final List<Replica> replicas =
        new ArrayList<>(List.of(new Replica(1, 11, FALLBACK, ReplicaState.ACTIVE, 100)));
    private final List<ShardTransfer> transfers = new ArrayList<>();
    private final List<String> silent = new ArrayList<>();
    private long marked;
    private Duration unchanged = Duration.ofSeconds(1);
    private String version = "1.19.0";
    private boolean differ;

    Scene tenant(ReplicaState state, long points) {
      replicas.add(new Replica(2, 11, TENANT, state, points));
      return this;
    }

    Scene own(Move move, boolean withFrozen, ReplicaState frozen) {
      replicas.add(new Replica(3, 11, move.emptyKey(), ReplicaState.ACTIVE, 0));
      if (withFrozen) {
        replicas.add(new Replica(4, 11, move.frozenKey(), frozen, 0));
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
      QdrantWrites port = (QdrantWrites) Proxy.newProxyInstance(
          QdrantWrites.class.getClassLoader(),
          new Class<?>[] {QdrantWrites.class},
          (self, method, args) -> {
            throw new AssertionError("the planner must not call Qdrant");
          });
      List<PeerSight> peers = new ArrayList<>();
      for (long id : new long[] {11, 12, 13}) {
        peers.add(new PeerSight(
            port,
            new PeerStatus(version, id, Set.of(11L, 12L, 13L), 3, 40, 0, true),
            new PeerView(
                id, differ && id == 13 ? List.of() : List.copyOf(replicas), transfers, 0)));
      }
      return new Observation(
          new ClusterLayout("kb", peers, silent),
          Optional.empty(),
          100,
          marked,
          true,
          true,
          unchanged,
          unchanged);
    }
  }

  private static Move move(Direction direction) {
    return move(direction, MoveSettings.defaults());
  }

  private static Move move(Direction direction, MoveSettings settings) {
    return new Move(
        "m",
        "uid-1",
        "/namespaces/data/tieredcollections/kb",
        "kb",
        "group_id",
        TENANT,
        FALLBACK,
        direction,
        settings);
  }

  private static Action promote(Scene scene, Consumer<MoveJournal.Draft> journal) {
    return plan(Direction.PROMOTE, scene, journal, MoveSignals.none("t"));
  }

  private static Action demote(Scene scene, Consumer<MoveJournal.Draft> journal) {
    return plan(Direction.DEMOTE, scene, journal, MoveSignals.none("t"));
  }

  private static Action plan(
      Direction direction, Scene scene, Consumer<MoveJournal.Draft> journal, MoveSignals signals) {
    return Planner.plan(
        move(direction), scene.see(), MoveJournal.initial().with(journal), signals, NOW);
  }

  // ---- promotion

  @Test
  void createsTheKeyWhereItIsAbsent() {
    assertThat(promote(new Scene(), draft -> {})).isInstanceOf(Action.CreateKey.class);
  }

  @Test
  void looksAtTheFallbackAndThenStartsTheCopyWherePartialAndTheStartWasNeverSent() {
    Scene scene = new Scene().tenant(ReplicaState.PARTIAL, 0);
    assertThat(promote(scene, draft -> draft.step = MoveStep.CREATE_KEY))
        .isInstanceOf(Action.LookBefore.class);
    assertThat(promote(scene, draft -> {
          draft.step = MoveStep.CREATE_KEY;
          draft.copied = "0:00";
        }))
        .isInstanceOf(Action.StartReplication.class);
  }

  @Test
  void waitsThenCleansUpWherePartialAndTheStartMayHaveBeenSent() {
    Consumer<MoveJournal.Draft> sent = draft -> {
      draft.step = MoveStep.REPLICATE;
      draft.startSentAt = NOW;
    };
    assertThat(promote(new Scene().tenant(ReplicaState.PARTIAL, 0), sent))
        .isInstanceOf(Action.Wait.class);
    assertThat(promote(
            new Scene().tenant(ReplicaState.PARTIAL, 0).unchangedFor(Duration.ofSeconds(71)), sent))
        .isInstanceOf(Action.DeleteKey.class);
  }

  @Test
  void neverStartsAgainWithoutAJournal() {
    assertThat(promote(new Scene().tenant(ReplicaState.PARTIAL, 0), draft -> {}))
        .isInstanceOf(Action.Wait.class);
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {}))
        .isInstanceOf(Action.RecordActive.class);
  }

  @Test
  void waitsWhileTheTransferIsListedOrTheKeyIsActiveRead() {
    assertThat(promote(new Scene().tenant(ReplicaState.PARTIAL, 3).transfer(1, 2), draft -> {}))
        .isInstanceOf(Action.Wait.class);
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE_READ, 3), draft -> {}))
        .isInstanceOf(Action.Wait.class);
  }

  @Test
  void cleansUpADeadKeyOfItsOwnFailedAttempt() {
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 3), draft -> draft.startSentAt = NOW))
        .isInstanceOf(Action.DeleteKey.class);
  }

  @Test
  void neverDeletesADeadKeyOfUnknownHistory() {
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 3), draft -> {}))
        .isInstanceOfSatisfying(
            Action.Fail.class, fail -> assertThat(fail.stall().command()).contains("snapshots"));
  }

  @Test
  void deletesADeadKeyWhoseCopyItSawRunningUnlessItHoldsMoreThanTheFallback() {
    Consumer<MoveJournal.Draft> seenRunning = draft -> draft.step = MoveStep.CLEAN_UP;
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 100), seenRunning))
        .isInstanceOf(Action.DeleteKey.class);
    assertThat(promote(new Scene().tenant(ReplicaState.DEAD, 101), seenRunning))
        .isInstanceOfSatisfying(
            Action.Fail.class,
            fail ->
                assertThat(fail.stall().reason()).isEqualTo(StallReason.DEDICATED_KEY_NOT_ACTIVE));
  }

  @Test
  void takesAPromotionBackThatIsUndoneBeforeTheSwitch() {
    MoveSignals undo = MoveSignals.none("t").undo();
    assertThat(plan(Direction.PROMOTE, new Scene(), draft -> {}, undo))
        .isInstanceOfSatisfying(Action.Complete.class, end -> {
          assertThat(end.phase()).isEqualTo(MovePhase.ABORTED);
          assertThat(end.reason()).isEqualTo("Undone");
        });
    assertThat(plan(
            Direction.PROMOTE,
            new Scene().tenant(ReplicaState.PARTIAL, 3).transfer(1, 2),
            draft -> draft.startSentAt = NOW,
            undo))
        .isInstanceOf(Action.AbortTransfer.class);
  }

  @Test
  void saysSoWhereAnActiveKeyVanishedAlthoughAnAbortIsAskedFor() {
    assertThat(plan(
            Direction.PROMOTE,
            new Scene(),
            draft -> draft.activeSince = NOW,
            MoveSignals.none("t").abort()))
        .isInstanceOfSatisfying(Action.Fail.class, fail -> {
          assertThat(fail.stall().reason()).isEqualTo(StallReason.DEDICATED_KEY_VANISHED);
          assertThat(fail.stall().command()).contains("\"abort\":false");
        });
  }

  @Test
  void endsAPromotionWhoseKeyVanishedOnlyForOneWhoAsksInTheKnowledgeOfIt() {
    Consumer<MoveJournal.Draft> told = draft -> {
      draft.activeSince = NOW;
      draft.stalledFor = StallReason.DEDICATED_KEY_VANISHED.apiName();
    };
    assertThat(promote(new Scene(), told)).isInstanceOf(Action.Fail.class);
    assertThat(plan(Direction.PROMOTE, new Scene(), told, MoveSignals.none("t").abort()))
        .isInstanceOfSatisfying(
            Action.Complete.class, end -> assertThat(end.phase()).isEqualTo(MovePhase.ABORTED));
  }

  @Test
  void neverTakesAKeyThatVanishedInMidDemotionForOneThatItDeleted() {
    assertThat(demote(new Scene(), draft -> draft.deeds = 3))
        .isInstanceOfSatisfying(
            Action.Fail.class,
            fail ->
                assertThat(fail.stall().reason()).isEqualTo(StallReason.DEDICATED_KEY_VANISHED));
    assertThat(demote(new Scene(), draft -> {
          draft.deeds = 3;
          draft.deletionBegun = true;
        }))
        .isInstanceOfSatisfying(
            Action.Complete.class, end -> assertThat(end.phase()).isEqualTo(MovePhase.SUCCEEDED));
  }

  @Test
  void comparesAgainBeforeItGoesOnDeletingWhereTheKeyWasOutOfService() {
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {
          draft.activeSince = NOW.minusSeconds(100);
          draft.baseline = "1:0/0";
          draft.deletionBegun = true;
          draft.interrupted = true;
        }))
        .isInstanceOf(Action.Verify.class);
  }

  @Test
  void liftsAFenceThatMayBeUpBeforeAnythingElseOfAnAbort() {
    Move fenced = move(Direction.DEMOTE, MoveRig.settings(draft -> {
      draft.demotion = DemotionStrategy.FENCE;
      draft.fence = new Fence.Webhook(java.net.URI.create("http://gate/"), Duration.ofSeconds(1));
    }));
    Scene copied = new Scene().tenant(ReplicaState.ACTIVE, 10);
    copied.marked = 10;
    MoveJournal raising = MoveJournal.initial().with(draft -> {
      draft.step = MoveStep.FENCE;
      draft.deeds = 2;
    });
    assertThat(Planner.plan(fenced, copied.see(), raising, MoveSignals.none("t").abort(), NOW))
        .isInstanceOf(Action.LiftFence.class);
  }

  @Test
  void verifiesBeforeItDeletes() {
    Consumer<MoveJournal.Draft> active = draft -> {
      draft.activeSince = NOW.minusSeconds(100);
      draft.baseline = "1:0/0";
    };
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), active))
        .isInstanceOf(Action.Verify.class);
    assertThat(promote(
            new Scene().tenant(ReplicaState.ACTIVE, 10),
            active.andThen(draft -> draft.verification = EQUAL)))
        .isInstanceOf(Action.DeleteSource.class);
  }

  @Test
  void goesOnDeletingOnceItHasBegun() {
    assertThat(promote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {
          draft.activeSince = NOW;
          draft.deletionBegun = true;
        }))
        .isInstanceOf(Action.DeleteSource.class);
  }

  @Test
  void asksForAPersonWhereTheKeyIsNotReadableAfterTheDeletionHadBegun() {
    for (ReplicaState state : List.of(ReplicaState.DEAD, ReplicaState.PARTIAL)) {
      assertThat(promote(new Scene().tenant(state, 10), draft -> draft.deletionBegun = true))
          .isInstanceOf(Action.Fail.class);
    }
  }

  @Test
  void waitsWhilePeersDisagreeOrOneIsSilent() {
    Scene differ = new Scene().tenant(ReplicaState.DEAD, 0);
    differ.differ = true;
    assertThat(promote(differ, draft -> {})).isInstanceOf(Action.Wait.class);
    Scene silent = new Scene();
    silent.silent.add("http://peer-3");
    assertThat(promote(silent, draft -> {}))
        .isInstanceOfSatisfying(
            Action.Wait.class, wait -> assertThat(wait.reason()).isEqualTo("PeerSilent"));
    assertThat(promote(silent.unchangedFor(Duration.ofHours(1)), draft -> {}))
        .isInstanceOf(Action.Fail.class);
  }

  @Test
  void waitsForForeignTransfersAndRefusesOldServers() {
    assertThat(promote(new Scene().transfer(1, 1), draft -> {}))
        .as("a transfer of the fallback itself")
        .isInstanceOf(Action.Wait.class);
    Scene old = new Scene();
    old.version = "1.16.3";
    assertThat(promote(old, draft -> {}))
        .isInstanceOfSatisfying(
            Action.Compensate.class, why -> assertThat(why.reason()).isEqualTo("VersionRefused"));
  }

  @Test
  void takesAnAbortedCopyBackAndRefusesOneAfterTheDeletionHasBegun() {
    MoveSignals abort = MoveSignals.none("t").abort();
    assertThat(plan(
            Direction.PROMOTE,
            new Scene().tenant(ReplicaState.PARTIAL, 3).transfer(1, 2),
            draft -> draft.startSentAt = NOW,
            abort))
        .isInstanceOf(Action.AbortTransfer.class);
    assertThat(plan(
            Direction.PROMOTE,
            new Scene().tenant(ReplicaState.ACTIVE, 3),
            draft -> {
              draft.activeSince = NOW;
              draft.deletionBegun = true;
            },
            abort))
        .isInstanceOf(Action.DeleteSource.class);
  }

  // ---- demotion

  @Test
  void copiesWhileTheKeyIsActive() {
    assertThat(demote(new Scene().tenant(ReplicaState.ACTIVE, 10), draft -> {}))
        .isInstanceOf(Action.Copy.class);
  }

  @Test
  void abortsAFreezeThatIsListed() {
    Scene scene = new Scene()
        .tenant(ReplicaState.PARTIAL, 10)
        .own(move(Direction.DEMOTE), true, ReplicaState.PARTIAL)
        .transfer(3, 2);
    assertThat(demote(scene, draft -> {})).isInstanceOf(Action.AbortTransfer.class);
  }

  @Test
  void givesBackWhatClientsWroteWhereTheKeyIsActiveAgainAfterAFreeze() {
    Scene scene = new Scene()
        .tenant(ReplicaState.ACTIVE, 10)
        .own(move(Direction.DEMOTE), true, ReplicaState.PARTIAL)
        .unchangedFor(Duration.ofSeconds(71));
    assertThat(demote(scene, draft -> draft.startSentAt = NOW)).isInstanceOf(Action.GiveBack.class);
    assertThat(demote(scene, draft -> {})).as("no journal").isInstanceOf(Action.GiveBack.class);
  }

  @Test
  void waitsWhilePartialWithoutATransfer() {
    assertThat(demote(new Scene().tenant(ReplicaState.PARTIAL, 10), draft -> {}))
        .isInstanceOf(Action.Wait.class);
  }

  @Test
  void recoversTheFrozenContentThenMergesThenDeletes() {
    Move move = move(Direction.DEMOTE);
    assertThat(demote(
            new Scene().tenant(ReplicaState.DEAD, 10).own(move, false, ReplicaState.PARTIAL),
            draft -> {}))
        .isInstanceOf(Action.CreateKey.class);
    assertThat(demote(
            new Scene().tenant(ReplicaState.DEAD, 10).own(move, true, ReplicaState.PARTIAL),
            draft -> {}))
        .isInstanceOf(Action.RecoverFrozen.class);
    Scene recovered =
        new Scene().tenant(ReplicaState.DEAD, 10).own(move, true, ReplicaState.ACTIVE);
    assertThat(demote(recovered, draft -> {})).isInstanceOf(Action.Merge.class);
    assertThat(demote(recovered, draft -> draft.verification = EQUAL))
        .isEqualTo(new Action.DeleteKey(MoveStep.DELETE_DEDICATED, TENANT));
  }

  @Test
  void finishesTheRestWhereTheKeyIsGone() {
    Move move = move(Direction.DEMOTE);
    assertThat(demote(new Scene().own(move, true, ReplicaState.ACTIVE), draft -> {}))
        .isEqualTo(new Action.DeleteKey(MoveStep.DELETE_DEDICATED, move.frozenKey()));
    Scene marks = new Scene();
    marks.marked = 5;
    assertThat(demote(marks, draft -> {})).isInstanceOf(Action.RemoveMarks.class);
    assertThat(demote(new Scene(), draft -> {})).isInstanceOf(Action.Complete.class);
  }

  @Test
  void revivesAFrozenKeyOnAbortUntilTheDeletionHasBegun() {
    Scene scene = new Scene()
        .tenant(ReplicaState.DEAD, 10)
        .own(move(Direction.DEMOTE), true, ReplicaState.ACTIVE);
    MoveSignals abort = MoveSignals.none("t").abort();
    assertThat(plan(Direction.DEMOTE, scene, draft -> draft.verification = EQUAL, abort))
        .isInstanceOf(Action.Revive.class);
    assertThat(plan(Direction.DEMOTE, scene, draft -> draft.deletionBegun = true, abort))
        .isInstanceOf(Action.DeleteKey.class);
  }

  @Test
  void readsBackTheJournalThatItWrote() {
    MoveJournal journal = MoveJournal.initial().with(draft -> {
      draft.step = MoveStep.RETAIN;
      draft.attempt = 2;
      draft.activeSince = NOW;
      draft.verification = EQUAL;
      draft.retainedUntil = NOW.plusSeconds(5);
      draft.copiedTable = new CopyTable().text();
    });
    assertThat(MoveJournal.fromJson(journal.toJson())).isEqualTo(journal);
    assertThat(journal.toJson().toString().length()).isLessThan(3_500);
    assertThat(MoveJournal.fromJson(journal.toJson().put("ofALaterVersion", "2:x")))
        .as("a field of a later version")
        .isEqualTo(journal);
    assertThat(MoveJournal.fromJson(journal.toJson().without(List.of("copiedTable"))))
        .as("written by an earlier version")
        .isEqualTo(journal.with(draft -> draft.copiedTable = null));
    assertThat(MoveJournal.fromJson(MoveJournal.initial().toJson()))
        .isEqualTo(MoveJournal.initial());
  }

  @Test
  void anUndoWaitsForABusyTenantAsLongAsItTakesWhereADemotionGivesUp() {
    Scene scene = new Scene().tenant(ReplicaState.ACTIVE, 10);
    scene.own(move(Direction.PROMOTE), true, ReplicaState.PARTIAL);
    Consumer<MoveJournal.Draft> busyForLong = draft -> {
      draft.step = MoveStep.QUIET;
      draft.copied = "10:0";
      draft.startedAt = NOW.minus(MoveSettings.defaults().maxWait()).minusSeconds(1);
    };
    assertThat(demote(scene, busyForLong))
        .isInstanceOfSatisfying(
            Action.Compensate.class, why -> assertThat(why.reason()).isEqualTo("NotQuiet"));
    assertThat(plan(
            Direction.PROMOTE,
            scene,
            busyForLong.andThen(draft -> draft.undo = true),
            MoveSignals.none("t").undo()))
        .isInstanceOf(Action.Copy.class);
  }

  @Test
  void anUndoWaitsForTheEndOfARollOutInsteadOfBeginningAgain() {
    Scene scene = new Scene().tenant(ReplicaState.ACTIVE, 10);
    scene.version = "1.16.0";
    assertThat(demote(scene, draft -> {})).isInstanceOf(Action.Compensate.class);
    assertThat(plan(
            Direction.PROMOTE,
            scene,
            draft -> draft.undo = true,
            MoveSignals.none("t").undo()))
        .isInstanceOfSatisfying(
            Action.Wait.class, wait -> assertThat(wait.reason()).isEqualTo("VersionRefused"));
  }
}
