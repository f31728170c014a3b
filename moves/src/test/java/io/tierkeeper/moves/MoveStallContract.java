package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Moves that stall over points, calls and people, brought on by what they tell to do. */
interface MoveStallContract extends OnMoveRig {

  @Test
  @Resolves(StallReason.SEARCHES_DIFFER)
  default void takesAPromotionBackWhoseSearchesDiffer() {
    try (MoveRig rig = rig()) {
      rig.load(100);
      Move move = rig.move(Direction.PROMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            boolean blind = method.getName().equals("search")
                && args != null
                && ShardSelector.key(rig.tenant).equals(args[1]);
            return blind ? List.of() : next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      rig.write(5);
      Progress done = rig.resolve(engine, move, end, StallReason.SEARCHES_DIFFER);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.UNMARKED_POINTS_IN_FALLBACK)
  default void keepsWhatTheTenantIsServedWhereTheFallbackHoldsLeftovers() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              List.of(MoveRig.point(5, -7, "acme"), MoveRig.point(500, 3, "acme"))));
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.message()).contains("[5, 500]");
      });
      Progress done = rig.resolve(engine, move, end, StallReason.UNMARKED_POINTS_IN_FALLBACK);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      rig.promised.put(500L, 3L);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.shell.saved("saved-fallback.json")).contains("-7");
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.ID_HELD_BY_ANOTHER_TENANT)
  default void takesADemotionBackThatMeetsAnotherTenantsId() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings());
      // After the last pass and before the freeze.
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("replicatePoints")) {
              rig.port()
                  .upsert(Upsert.of(
                      rig.collection,
                      ShardSelector.key(rig.tenant),
                      List.of(MoveRig.point(1_000_050, 4, "acme"))));
              rig.promised.put(1_000_050L, 4L);
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      Progress done = rig.resolve(engine, move, end, StallReason.ID_HELD_BY_ANOTHER_TENANT);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.otherTenants()).isEqualTo(100);
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.REFUSED)
  default void takesADemotionBackWhoseCallsAreRefused() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(
          Direction.DEMOTE, MoveRig.settings(draft -> draft.moveDeadline(Duration.ofMillis(500))));
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (args != null && args.length > 1 && args[1] instanceof KeyTemplate) {
              throw new QdrantException.Rejected("Wrong input: no more shard keys", null);
            }
            return next.go();
          }),
          rig.audit);
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.message()).contains("CreateKey", "no more shard keys");
      });
      rig.write(5);
      Progress done = rig.resolve(engine, move, end, StallReason.REFUSED);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.ABORTED);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  @Resolves(StallReason.FENCE_NOT_LIFTED)
  default void letsTheWritersGoOnOnceTheGateAnswers() throws IOException {
    AtomicBoolean broken = new AtomicBoolean(true);
    AtomicBoolean paused = new AtomicBoolean();
    HttpServer gate =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.createContext("/", exchange -> {
      boolean lift = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
          .contains("\"phase\":\"Lift\"");
      boolean refuse = lift && broken.get();
      if (!refuse) {
        paused.set(!lift);
      }
      exchange.sendResponseHeaders(refuse ? 503 : 204, -1);
      exchange.close();
    });
    gate.start();
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings(draft -> {
        draft.demotion(MoveFixtures.fencing(
            draft.demotion(),
            new Fence.Webhook(
                URI.create("http://127.0.0.1:" + gate.getAddress().getPort() + "/"),
                Duration.ofSeconds(5))));
        draft.settle(Duration.ofMillis(50));
        draft.moveDeadline(Duration.ofMillis(500));
      }));
      MoveEngine engine = rig.engine();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), each -> {});
      assertThat(paused).isTrue();
      broken.set(false);
      assertThat(end).isInstanceOf(Progress.Stalled.class);
      rig.intervene(end);
      assertThat(paused).as("by the command alone").isFalse();
      Progress done = rig.drive(engine, move, end.journal(), MoveRig.go(), each -> {});
      assertThat(rig.resolved).containsExactly(StallReason.FENCE_NOT_LIFTED);
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
    } finally {
      gate.stop(0);
    }
  }

  @Test
  @Resolves(StallReason.RESHARDING)
  default void goesOnAfterAReshardingThatDidNotEnd() throws IOException {
    AtomicBoolean resharding = new AtomicBoolean();
    // Only a cluster in Qdrant's cloud reshards, so its part of the API stands beside the backend.
    HttpServer cloud =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    cloud.createContext("/", exchange -> {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      boolean abort = exchange.getRequestURI().getPath().endsWith("/cluster")
          && body.equals("{\"abort_resharding\":{}}");
      if (abort) {
        resharding.set(false);
      }
      exchange.sendResponseHeaders(abort ? 200 : 400, -1);
      exchange.close();
    });
    cloud.start();
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings(draft -> {
        draft.demotion(draft.demotion().withQuietFor(Duration.ofSeconds(2)));
        draft.moveDeadline(Duration.ofMillis(500));
      }));
      MoveEngine engine = rig.engine(
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            Object answer = next.go();
            return resharding.get()
                    && answer instanceof Optional<?> found
                    && found.orElse(null) instanceof PeerView view
                ? Optional.of(new PeerView(view.peerId(), view.replicas(), view.transfers(), 1))
                : answer;
          }),
          rig.audit);
      AtomicBoolean begun = new AtomicBoolean();
      Progress end = rig.drive(engine, move, MoveJournal.initial(), MoveRig.go(), progress -> {
        if (progress.journal().step() == MoveStep.QUIET && begun.compareAndSet(false, true)) {
          resharding.set(true);
        }
      });
      assertThat(end).isInstanceOfSatisfying(Progress.Stalled.class, stalled -> {
        assertThat(stalled.reason()).isEqualTo(StallReason.RESHARDING);
        rig.shell.run(
            stalled.command(),
            URI.create("http://127.0.0.1:" + cloud.getAddress().getPort()));
      });
      assertThat(resharding).isFalse();
      Progress done = rig.drive(engine, move, end.journal(), MoveRig.go(), each -> {});
      assertThat(done.phase()).as("%s", done).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    } finally {
      cloud.stop(0);
    }
  }

  @Test
  default void namesTheTenantInACommandAsTheShellAndJqMustReadIt() {
    try (MoveRig rig = rig()) {
      ShardKey odd = ShardKey.of("o'hara \\(.x) $HOME `id`");
      Move move = new Move(
          "m",
          "uid",
          "/s",
          rig.collection,
          MoveRig.FIELD,
          TenantId.Kind.KEYWORD,
          odd.tenant(),
          MoveRig.DEFAULT,
          Direction.PROMOTE,
          MoveRig.settings());
      rig.port()
          .createShardKey(
              rig.collection,
              new KeyTemplate(odd, rig.firstPeer(), io.tierkeeper.qdrant.ReplicaState.ACTIVE));
      rig.settled();
      rig.port()
          .upsert(Upsert.of(
              rig.collection,
              ShardSelector.key(MoveRig.DEFAULT),
              List.of(MoveRig.point(1, 1, "odd"))));
      rig.intervene(new Progress.Stalled(
          MoveJournal.initial(),
          MovePhase.VERIFYING,
          new StepProgress("Verify", 1, 1, 1, Instant.EPOCH, 0, 0, 0, null),
          StallReason.VERIFICATION_DIFFERENCE,
          "",
          RemedyRenderer.command(
              move, new Remedy.InsertFromFallback(List.of(io.tierkeeper.qdrant.PointId.of(1))))));
      assertThat(rig.port().count(rig.collection, ShardSelector.key(odd), null)).isEqualTo(1);
    }
  }
}
