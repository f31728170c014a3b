package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.MoveEvent;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantPort;
import io.tierkeeper.qdrant.emulator.EmulatedQdrant;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills the mover at every call that changes Qdrant and at every journal write, and lets a new one go on. */
class MoveCrashTest {

  /** Where the process dies, and what the next one still has. */
  enum Kill {
    BEFORE_THE_DEED_WITH_JOURNAL(false, false),
    AFTER_THE_DEED_WITH_JOURNAL(true, false),
    BEFORE_THE_DEED_WITHOUT_JOURNAL(false, true),
    AFTER_THE_DEED_WITHOUT_JOURNAL(true, true);

    final boolean after;
    final boolean journalLost;

    Kill(boolean after, boolean journalLost) {
      this.after = after;
      this.journalLost = journalLost;
    }
  }

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final Set<String> DEEDS = Set.of(
      "createShardKey",
      "deleteShardKey",
      "replicatePoints",
      "abortTransfer",
      "replicateShard",
      "moveShard",
      "dropReplica",
      "upsert",
      "delete",
      "setPayload",
      "deletePayload",
      "createShardSnapshot",
      "recoverShardSnapshot",
      "deleteShardSnapshot");

  private static @org.jspecify.annotations.Nullable EmulatedQdrant started;

  @BeforeAll
  static void start() {
    started = EmulatedQdrant.start(MoveRig.quick());
  }

  @AfterAll
  static void stop() {
    qdrant().close();
  }

  private static EmulatedQdrant qdrant() {
    return java.util.Objects.requireNonNull(started);
  }

  /** Dies before or after its n-th deed. */
  private static final class DeadlyCluster implements QdrantCluster {
    private final QdrantCluster real;
    private final int deadly;
    private final boolean after;
    private int deeds;

    DeadlyCluster(QdrantCluster real, int deadly, boolean after) {
      this.real = real;
      this.deadly = deadly;
      this.after = after;
    }

    @Override
    public List<QdrantPort> peers() {
      return real.peers().stream().map(this::deadly).toList();
    }

    private QdrantPort deadly(QdrantPort port) {
      return (QdrantPort) Proxy.newProxyInstance(
          QdrantPort.class.getClassLoader(),
          new Class<?>[] {QdrantPort.class},
          (self, method, args) -> {
            boolean fatal = DEEDS.contains(method.getName()) && ++deeds == deadly;
            if (fatal && !after) {
              throw new Killed();
            }
            try {
              Object answer = method.invoke(port, args);
              if (fatal) {
                throw new Killed();
              }
              return answer;
            } catch (InvocationTargetException e) {
              throw fatal ? new Killed() : e.getCause();
            }
          });
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @EnumSource
  void killsAndResumesAtEveryDeedOfAPromotion(Kill kill) {
    for (int n = 1; killOnce(kill, Direction.PROMOTE, n); n++) {
      assertThat(n).isLessThan(100);
    }
  }

  @ParameterizedTest
  @EnumSource
  void killsAndResumesAtEveryDeedOfADemotion(Kill kill) {
    for (int n = 1; killOnce(kill, Direction.DEMOTE, n); n++) {
      assertThat(n).isLessThan(100);
    }
  }

  /** Whether the move had an n-th deed to die at. */
  private static boolean killOnce(Kill kill, Direction direction, int n) {
    try (MoveRig rig = new MoveRig(qdrant(), false)) {
      rig.load(60);
      if (direction == Direction.DEMOTE) {
        rig.drive(rig.move(Direction.PROMOTE, MoveRig.settings()), MoveRig.go());
      }
      Move move = rig.move(direction, MoveRig.settings());
      MoveJournal[] durable = {MoveJournal.initial()};
      boolean[] killed = {false};
      MoveEngine doomed = rig.engine(new DeadlyCluster(rig.cluster, n, kill.after), rig.audit);
      Progress end = null;
      try {
        MoveJournal at = durable[0];
        for (int turn = 0; turn < 3_000 && !(end instanceof Progress.Finished); turn++) {
          end = doomed.advance(move, at, MoveRig.go(), written -> durable[0] = written);
          at = end.journal();
          durable[0] = at;
          if (end instanceof Progress.Wait wait) {
            MoveRig.pause(wait.after());
          }
        }
      } catch (Killed e) {
        killed[0] = true;
        rig.write(7);
        rig.write(1_000);
        MoveJournal known = kill.journalLost ? MoveJournal.initial() : durable[0];
        end = rig.drive(rig.engine(), move, known, MoveRig.go(), progress -> {});
      }
      assertThat(end)
          .as("%s deed %d, journal %s", kill, n, durable[0])
          .isInstanceOf(Progress.Finished.class);
      assertThat(java.util.Objects.requireNonNull(end).phase())
          .as("%s deed %d: %s", kill, n, end)
          .isEqualTo(MovePhase.SUCCEEDED);
      boolean promoted = direction == Direction.PROMOTE;
      assertThat(rig.content(promoted ? rig.tenant : MoveRig.DEFAULT))
          .as("%s deed %d", kill, n)
          .isEqualTo(rig.promised);
      if (promoted) {
        assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      } else {
        assertThat(rig.content(rig.tenant)).isNull();
        assertThat(rig.content(move.emptyKey())).isNull();
        assertThat(rig.content(move.frozenKey())).isNull();
      }
      assertThat(rig.bystanders()).isEqualTo(60);
      assertThat(qdrant().breaches()).as("%s deed %d", kill, n).isEmpty();
      assertThat(rig.audit.events(AuditType.MOVE))
          .anyMatch(event -> event.data().path("event").asText().equals(MoveEvent.FINISHED.word()));
      return killed[0];
    }
  }
}
