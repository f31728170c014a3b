package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.WriteLedger.Mishap;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.qdrant.emulator.EmulatorOptions;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Strikes at every write that a mover makes, to Qdrant, to its journal, to the audit trail and to a webhook, and lets
 * another go on. The list of writes is that of an undisturbed run; none is left out.
 */
class MoveCrashTest {

  /** A whole move, and where its tenant must be in the end. */
  enum Course {
    PROMOTION(Direction.PROMOTE, MovePhase.SUCCEEDED, null),
    FREEZE(Direction.DEMOTE, MovePhase.SUCCEEDED, null),
    FENCE(Direction.DEMOTE, MovePhase.SUCCEEDED, null),
    PROMOTION_ABORTED(Direction.PROMOTE, MovePhase.ABORTED, MoveStep.AWAIT_ACTIVE),
    PROMOTION_ABORTED_IN_MID_COPY(Direction.PROMOTE, MovePhase.ABORTED, MoveStep.AWAIT_ACTIVE),
    FREEZE_ABORTED(Direction.DEMOTE, MovePhase.ABORTED, MoveStep.THAW_COPY),
    PROMOTION_UNDONE(Direction.PROMOTE, MovePhase.ABORTED, MoveStep.RETAIN);

    final Direction direction;
    final MovePhase end;
    final @Nullable MoveStep backAt;

    Course(Direction direction, MovePhase end, @Nullable MoveStep backAt) {
      this.direction = direction;
      this.end = end;
      this.backAt = backAt;
    }

    boolean endsInOwnKey() {
      return (direction == Direction.PROMOTE) == (end == MovePhase.SUCCEEDED);
    }

    EmulatorOptions cluster() {
      // Two peers can disagree as three can, and a poll of them costs a third less.
      EmulatorOptions quick = MoveRig.quick().withPeers(2).withConsensusLag(Duration.ofMillis(3));
      // The points of a copy arrive at once, and then it goes on for a second.
      return this == PROMOTION_ABORTED_IN_MID_COPY
          ? quick.withTransferPause(Duration.ofMillis(20)).withPointsPerSecond(100)
          : quick.withTransferPause(Duration.ofMillis(200));
    }

    MoveSettings settings() {
      return MoveRig.settings(draft -> {
        draft.settle = Duration.ofSeconds(1);
        draft.moveDeadline = Duration.ofHours(1);
        draft.maxWait = Duration.ofHours(1);
        draft.retainSource = backAt == MoveStep.RETAIN ? Duration.ofHours(1) : Duration.ZERO;
        draft.searchProbes = 1;
        if (this == FENCE) {
          draft.demotion = DemotionStrategy.FENCE;
          draft.fence =
              new Fence.Webhook(URI.create("http://gateway.invalid/pause"), Duration.ofSeconds(1));
        }
      });
    }

    /** Whether a person, who has looked at this, now wants the move taken back. */
    boolean turnsBack(MoveRig rig, MoveJournal journal) {
      return journal.step() == backAt
          && (this != PROMOTION_ABORTED_IN_MID_COPY
              || rig
                  .cluster
                  .peers()
                  .get(0)
                  .view(rig.collection)
                  .orElseThrow()
                  .replicasOf(rig.tenant)
                  .stream()
                  .anyMatch(replica -> replica.points() > 0));
    }
  }

  /** What befalls a course. */
  private record Strike(
      Course course, String write, Mishap mishap, boolean journalLost, boolean needsAPerson) {

    @Override
    public String toString() {
      return course + ", " + mishap + " at " + write + (journalLost ? ", journal lost" : "");
    }
  }

  private static final int POINTS = 60;
  private static final int LANES = 4;

  /** Time that passes only while a mover waits, so that a run is the same however busy the machine is. */
  private static final class WaitedTime implements InstantSource {
    private Instant now = Instant.parse("2026-03-01T00:00:00Z");

    @Override
    public Instant instant() {
      return now;
    }

    void waited(Duration time) {
      now = now.plus(time);
      MoveRig.pause(time);
    }

    void restarted() {
      now = now.plusSeconds(3);
    }
  }

  /** A cluster that one run uses at a time; others at work in it would keep its peers from agreeing. */
  private static final class Lane implements AutoCloseable {
    private final EmulatedQdrant qdrant;
    private final QdrantCluster cluster;

    Lane(EmulatorOptions options) {
      this.qdrant = EmulatedQdrant.start(options);
      this.cluster = MoveRig.connect(qdrant);
    }

    @Override
    public void close() {
      cluster.close();
      qdrant.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsTheSameWhicheverWriteIsStruck(Course course) throws Exception {
    BlockingQueue<Lane> lanes = new LinkedBlockingQueue<>();
    for (int i = 0; i < LANES; i++) {
      lanes.add(new Lane(course.cluster()));
    }
    try {
      strikeEverywhere(course, lanes);
      assertThat(lanes).allSatisfy(lane -> assertThat(lane.qdrant.breaches()).isEmpty());
    } finally {
      lanes.forEach(Lane::close);
    }
  }

  private static void strikeEverywhere(Course course, BlockingQueue<Lane> lanes) throws Exception {
    List<String> existing = List.copyOf(
        new LinkedHashSet<>(run(lanes.element(), course, WriteLedger.undisturbed(), null)));
    assertThat(existing).hasSizeGreaterThan(10);
    Set<String> tried = new ConcurrentSkipListSet<>();
    List<Future<?>> runs = new ArrayList<>();
    int askingAPerson = 0;
    long began = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
      for (Strike strike : strikes(course, existing)) {
        askingAPerson += strike.needsAPerson() ? 1 : 0;
        runs.add(threads.submit(() -> {
          Lane lane = lanes.take();
          try {
            play(lane, strike);
            tried.add(strike.write());
          } finally {
            lanes.add(lane);
          }
          return strike;
        }));
      }
    }
    List<String> faults = new ArrayList<>();
    for (Future<?> run : runs) {
      try {
        run.get();
      } catch (ExecutionException e) {
        faults.add(String.valueOf(e.getCause()));
      }
    }
    long millis = Duration.ofNanos(System.nanoTime() - began).toMillis();
    System.out.printf(
        "crash boundaries of %s: %d tried / %d existing, %d strikes of which %d need a person, %d s, %d ms each%n",
        course,
        tried.size(),
        existing.size(),
        runs.size(),
        askingAPerson,
        millis / 1000,
        millis / runs.size());
    assertThat(faults).isEmpty();
    assertThat(tried).containsExactlyInAnyOrderElementsOf(existing);
  }

  /**
   * Each answer lost, and a death in each gap: before the first write and after the effect of every one, with the
   * journal and without. Death before the next write is sent leaves behind what death after this one does.
   */
  private static List<Strike> strikes(Course course, List<String> existing) {
    // Between the abort of a copy that has begun and the deletion of its key, a lost journal leaves
    // a
    // dead key with points, and nothing in Qdrant tells it from a tenant's home.
    int abort = existing.indexOf("qdrant abortTransfer 1");
    int delete = existing.indexOf("qdrant deleteShardKey 1");
    List<Strike> strikes = new ArrayList<>();
    for (int i = 0; i < existing.size(); i++) {
      String write = existing.get(i);
      boolean deadOfUnknownHistory =
          course == Course.PROMOTION_ABORTED_IN_MID_COPY && i >= abort && i < delete;
      if (i == 0) {
        strikes.add(new Strike(course, write, Mishap.DEATH_BEFORE_SENDING, false, false));
        strikes.add(new Strike(course, write, Mishap.DEATH_BEFORE_SENDING, true, false));
      }
      strikes.add(new Strike(course, write, Mishap.DEATH_AFTER_THE_EFFECT, false, false));
      strikes.add(
          new Strike(course, write, Mishap.DEATH_AFTER_THE_EFFECT, true, deadOfUnknownHistory));
      strikes.add(new Strike(course, write, Mishap.ANSWER_LOST, false, false));
    }
    return strikes;
  }

  private static void play(Lane lane, Strike strike) {
    try {
      // How often peers are asked differs from run to run, but every write of the list comes in
      // most.
      for (int attempt = 0; attempt < 5; attempt++) {
        WriteLedger ledger = WriteLedger.striking(strike.write(), strike.mishap());
        run(lane, strike.course(), ledger, strike);
        if (ledger.struck()) {
          return;
        }
      }
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(strike + ": " + e, e);
    }
    throw new AssertionError(strike + ": did not come in five runs");
  }

  private static List<String> run(
      Lane lane, Course course, WriteLedger ledger, @Nullable Strike strike) {
    try (MoveRig rig = new MoveRig(lane.qdrant, lane.cluster)) {
      if (course.direction == Direction.DEMOTE) {
        rig.loadDedicated(POINTS);
      } else {
        rig.load(POINTS);
      }
      Move move = rig.move(course.direction, course.settings());
      Gateway gateway = new Gateway();
      WaitedTime time = new WaitedTime();
      MoveEngine engine = engine(rig, ledger, gateway, time);
      MoveJournal[] durable = {MoveJournal.initial()};
      boolean back = false;
      boolean asked = false;
      Progress end = null;
      for (int turn = 0; turn < 2_000 && !(end instanceof Progress.Finished); turn++) {
        boolean died = false;
        try {
          end = turn(course, engine, move, durable, back, ledger);
          if (end instanceof Progress.Wait wait) {
            time.waited(wait.after());
          } else if (end instanceof Progress.Stalled stalled) {
            assertThat(strike != null && strike.needsAPerson() && !asked)
                .as("%s", end)
                .isTrue();
            asked = true;
            obey(rig, stalled);
          }
        } catch (WriteLedger.AnswerLost e) {
          ledger.processEnds();
          end = null;
        } catch (WriteLedger.Killed e) {
          ledger.processEnds();
          end = null;
          died = true;
        }
        back |= course.turnsBack(rig, durable[0]);
        if (died) {
          if (!gateway.fenced) {
            rig.write(7);
            rig.write(1_000);
          }
          if (strike != null && strike.journalLost()) {
            durable[0] = MoveJournal.initial();
          }
          time.restarted();
          engine = engine(rig, ledger, gateway, time);
        }
      }
      check(course, rig, move, gateway, end);
      assertThat(asked)
          .as("a person was asked")
          .isEqualTo(strike != null && strike.needsAPerson() && ledger.struck());
      return ledger.writes();
    }
  }

  /** Does what the move asks a person for, having found that the key was a copy. */
  private static void obey(MoveRig rig, Progress.Stalled stalled) {
    assertThat(stalled.reason()).isEqualTo(StallReason.DEDICATED_KEY_NOT_ACTIVE);
    assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    rig.obey(stalled);
    assertThat(rig.content(rig.tenant)).isNull();
  }

  private static Progress turn(
      Course course,
      MoveEngine engine,
      Move move,
      MoveJournal[] durable,
      boolean back,
      WriteLedger ledger) {
    MoveSignals signals = !back
        ? MoveRig.go()
        : course.backAt == MoveStep.RETAIN ? MoveRig.go().undo() : MoveRig.go().abort();
    JournalWriter writer = ledger.journal(journal -> durable[0] = journal);
    Progress progress = engine.advance(move, durable[0], signals, writer);
    if (!progress.journal().equals(durable[0])) {
      writer.write(progress.journal());
    }
    return progress;
  }

  private static void check(
      Course course, MoveRig rig, Move move, Gateway gateway, @Nullable Progress end) {
    assertThat(end).isInstanceOf(Progress.Finished.class);
    assertThat(Objects.requireNonNull(end).phase()).as("%s", end).isEqualTo(course.end);
    assertThat(rig.content(course.endsInOwnKey() ? rig.tenant : MoveRig.DEFAULT))
        .isEqualTo(rig.promised);
    if (course.endsInOwnKey()) {
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    } else {
      assertThat(rig.content(rig.tenant)).isNull();
    }
    assertThat(rig.content(move.emptyKey())).isNull();
    assertThat(rig.content(move.frozenKey())).isNull();
    assertThat(rig.bystanders()).isEqualTo(POINTS);
    assertThat(gateway.fenced).isFalse();
    String last =
        course.end == MovePhase.SUCCEEDED ? MoveEvent.FINISHED.word() : MoveEvent.ABORTED.word();
    assertThat(rig.audit.events(AuditType.MOVE))
        .anyMatch(event -> event.data().path("event").asText().equals(last));
  }

  private static MoveEngine engine(
      MoveRig rig, WriteLedger ledger, Gateway gateway, InstantSource time) {
    return new MoveEngine(
        ledger.cluster(rig.cluster),
        ledger.audit(rig.audit),
        time,
        Leadership.always(),
        ledger.webhook(gateway));
  }

  /** Where the tenant's writers are paused. */
  private static final class Gateway implements WebhookSender {
    private boolean fenced;

    @Override
    public int post(URI url, Duration timeout, String body) {
      fenced = body.contains("\"phase\":\"Fence\"");
      return 204;
    }
  }
}
