package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.ShardKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Taking moves back, and the demotion by fence. */
interface MoveBackContract extends OnMoveRig {

  @ParameterizedTest
  @EnumSource(names = {"CREATE_KEY", "REPLICATE", "AWAIT_ACTIVE", "SETTLE", "DELETE_SOURCE"})
  default void abortsAPromotionAtEveryStep(MoveStep at) {
    try (MoveRig rig = rig()) {
      rig.load(200);
      abortAt(rig, Direction.PROMOTE, EnumSet.of(at), at == MoveStep.DELETE_SOURCE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"COPY", "CREATE_OWN_KEYS", "FREEZE", "THAW_COPY", "DELETE_DEDICATED"})
  default void abortsADemotionAtEveryStep(MoveStep at) {
    try (MoveRig rig = rig()) {
      rig.load(200);
      rig.drive(rig.move(Direction.PROMOTE, MoveRig.settings()), MoveRig.go());
      abortAt(rig, Direction.DEMOTE, EnumSet.of(at), at == MoveStep.DELETE_DEDICATED);
    }
  }

  /** A pause that ends, or a pin that comes back: copies that are gone by then must not be taken for the clients' deletions. */
  @ParameterizedTest
  @EnumSource(names = {"CREATE_OWN_KEYS", "FREEZE", "THAW_COPY"})
  default void losesNothingWhereNobodyWantsADemotionBackAnyMore(MoveStep at) {
    for (int turns = 1; turns <= 6; turns++) {
      MoveSignals back = turns % 2 == 0 ? MoveRig.go().abort() : MoveRig.go().undo();
      try (MoveRig rig = rig()) {
        rig.loadDedicated(60);
        Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
        MoveEngine engine = rig.engine();
        MoveJournal journal = MoveJournal.initial();
        Progress progress = null;
        int wanted = 0;
        for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
          boolean now = (wanted > 0 || journal.step() == at) && wanted < turns;
          wanted += now ? 1 : 0;
          progress = engine.advance(move, journal, now ? back : MoveRig.go(), written -> {});
          journal = progress.journal();
          if (progress instanceof Progress.Wait wait) {
            MoveRig.pause(wait.after());
          }
        }
        assertThat(wanted).isPositive();
        assertThat(progress).isInstanceOfSatisfying(Progress.Finished.class, end -> {
          assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.ABORTED);
        });
        assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
        assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
        assertThat(rig.content(move.freezeSourceKey())).isNull();
        assertThat(rig.content(move.thawedCopyKey())).isNull();
        assertThat(rig.breaches()).isEmpty();
      }
    }
  }

  private static void abortAt(
      MoveRig rig, Direction direction, Set<MoveStep> steps, boolean tooLate) {
    MoveEngine engine = rig.engine();
    Move move = rig.move(direction, MoveRig.settings());
    MoveJournal journal = MoveJournal.initial();
    Progress progress = null;
    boolean aborting = false;
    for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
      progress = engine.advance(
          move, journal, aborting ? MoveRig.go().abort() : MoveRig.go(), written -> {});
      journal = progress.journal();
      if (steps.contains(journal.step()) && !aborting) {
        aborting = true;
        rig.write(5);
        rig.write(900);
      }
      if (progress instanceof Progress.Wait wait) {
        MoveRig.pause(wait.after());
      }
    }
    assertThat(progress).isInstanceOf(Progress.Finished.class);
    assertThat(aborting).isTrue();
    assertThat(java.util.Objects.requireNonNull(progress).phase())
        .as("%s", progress)
        .isEqualTo(tooLate ? MovePhase.SUCCEEDED : MovePhase.ABORTED);
    boolean inFallback = direction == Direction.PROMOTE ^ tooLate;
    ShardKey home = inFallback ? MoveRig.DEFAULT : rig.tenant;
    assertThat(rig.content(home)).isEqualTo(rig.promised);
    if (inFallback) {
      assertThat(rig.content(rig.tenant)).isNull();
    } else {
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
    }
    assertThat(rig.content(move.freezeSourceKey())).isNull();
    assertThat(rig.content(move.thawedCopyKey())).isNull();
    assertThat(rig.otherTenants()).isEqualTo(200);
    assertThat(rig.breaches()).isEmpty();
  }

  @Test
  default void undoesAPromotionWhileItsSourceIsRetained() {
    try (MoveRig rig = rig()) {
      rig.load(200);
      MoveSettings base = MoveRig.settings();
      Move move = rig.move(
          Direction.PROMOTE,
          base.with(
              draft -> draft.retainSource(Duration.ofHours(1)).placement(Placement.LEAST_LOADED)));
      MoveEngine engine = rig.engine();
      MoveJournal journal = MoveJournal.initial();
      Progress progress = null;
      boolean undo = false;
      for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
        progress =
            engine.advance(move, journal, undo ? MoveRig.go().undo() : MoveRig.go(), written -> {});
        journal = progress.journal();
        if (journal.step() == MoveStep.RETAIN && !undo) {
          undo = true;
          rig.write(3);
          rig.write(777);
          rig.delete(11);
        }
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
      }
      assertThat(progress).isInstanceOfSatisfying(Progress.Finished.class, end -> {
        assertThat(end.reason()).isEqualTo("Undone");
      });
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void demotesBehindAWebhookFence() throws IOException {
    List<String> calls = new CopyOnWriteArrayList<>();
    HttpServer hook =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    hook.createContext("/", exchange -> {
      calls.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    hook.start();
    try (MoveRig rig = rig()) {
      rig.load(200);
      rig.drive(rig.move(Direction.PROMOTE, MoveRig.settings()), MoveRig.go());
      MoveSettings base = MoveRig.settings();
      Fence fence = new Fence.Webhook(
          URI.create("http://127.0.0.1:" + hook.getAddress().getPort() + "/"),
          Duration.ofSeconds(5));
      Progress end = rig.drive(
          rig.move(
              Direction.DEMOTE, base.withDemotion(MoveFixtures.fencing(base.demotion(), fence))),
          MoveRig.go());
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(calls).hasSize(2);
      assertThat(calls.get(0)).contains("\"phase\":\"Fence\"").contains("\"tenant\":\"acme\"");
      assertThat(calls.get(1)).contains("\"phase\":\"Lift\"");
      assertThat(rig.breaches()).isEmpty();
    } finally {
      hook.stop(0);
    }
  }
}
