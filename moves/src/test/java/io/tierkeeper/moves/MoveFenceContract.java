package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Upsert;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The fences that need no webhook. */
interface MoveFenceContract extends OnMoveRig {

  String TOKENS = "tokens";

  @Test
  default void takesTheMarkerOfATokenAwayAndGivesItBack() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Point marker = allVectors(MoveRig.point(1, 4_294_967_296L, "acme"));
      Map<PointId, Point> tokens = new ConcurrentHashMap<>(Map.of(marker.id(), marker));
      Move move = rig.move(Direction.DEMOTE, fenced(new Fence.Token(TOKENS, marker.id())));
      Set<MoveStep> without = EnumSet.noneOf(MoveStep.class);
      Progress end = rig.drive(
          rig.engine(withTokens(rig.cluster, tokens), rig.audit),
          move,
          MoveJournal.initial(),
          MoveRig.go(),
          progress -> {
            Object stored = progress.journal().toJson().toString();
            assertThat(stored.toString()).doesNotContain("4294967296");
            if (tokens.values().stream()
                .noneMatch(point ->
                    point.payload().keySet().containsAll(marker.payload().keySet()))) {
              without.add(progress.journal().step());
            }
          });
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(without)
          .contains(MoveStep.FENCE, MoveStep.LAST_PASSES, MoveStep.DELETE_DEDICATED)
          .doesNotContain(MoveStep.COPY);
      assertThat(tokens.values()).singleElement().satisfies(point -> {
        assertThat(point.payload()).isEqualTo(marker.payload());
        assertThat(point.vectors()).isEqualTo(marker.vectors());
      });
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
    }
  }

  private static Point allVectors(Point point) {
    Map<String, PointVector> vectors = new HashMap<>(point.vectors());
    vectors.put("words", new PointVector.Sparse(new int[] {3, 7}, new float[] {0.5f, 0.25f}));
    vectors.put("late", new PointVector.MultiDense(new float[][] {{1, 0}, {0, 1}}));
    return new Point(point.id(), point.payload(), vectors);
  }

  @Test
  default void doesNotRaiseAFenceThatIsNotAllowed() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Point marker = MoveRig.point(1, 7, "acme");
      Map<PointId, Point> tokens = new ConcurrentHashMap<>(Map.of(marker.id(), marker));
      Move move = rig.move(Direction.DEMOTE, fenced(new Fence.Token(TOKENS, marker.id())));
      MoveEngine engine = new MoveEngine(
          withTokens(rig.cluster, tokens),
          rig.audit,
          java.time.Clock.systemUTC(),
          () -> {},
          new WebhookSender() {
            @Override
            public int post(URI url, Duration timeout, String body) {
              throw new AssertionError("called " + url);
            }

            @Override
            public Optional<String> refusal(Fence fence) {
              return Optional.of("not in allowedFencePoints");
            }
          });
      Progress progress = engine.advance(move, MoveJournal.initial(), MoveRig.go(), written -> {});
      for (int i = 0; i < 300 && !text(progress).contains("allowedFencePoints"); i++) {
        progress = engine.advance(move, progress.journal(), MoveRig.go(), written -> {});
      }
      assertThat(text(progress)).contains("not in allowedFencePoints");
      assertThat(tokens).containsEntry(marker.id(), marker);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
    }
  }

  private static String text(Progress progress) {
    return progress.toString();
  }

  /** A collection of tokens is sharded by id, which the emulator does not know, so it stands beside it. */
  private static QdrantCluster withTokens(QdrantCluster real, Map<PointId, Point> tokens) {
    List<QdrantWrites> peers =
        real.peers().stream().map(port -> withTokens(port, tokens)).toList();
    return new QdrantCluster() {
      @Override
      public List<QdrantWrites> peers() {
        return peers;
      }

      @Override
      public void close() {
        // The connections belong to the rig.
      }
    };
  }

  private static QdrantWrites withTokens(QdrantWrites port, Map<PointId, Point> tokens) {
    return (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) -> {
          if (args != null
              && args[0] instanceof Upsert upsert
              && upsert.collection().equals(TOKENS)) {
            upsert.points().forEach(point -> tokens.put(point.id(), point));
            return null;
          }
          if (args != null && TOKENS.equals(args[0])) {
            if (method.getName().equals("delete")) {
              assertThat(args[2]).isEqualTo(Filter.ids(List.of(PointId.of(1))));
              tokens.remove(PointId.of(1));
              return null;
            }
            assertThat(method.getName()).isEqualTo("retrieve");
            return List.copyOf(tokens.values());
          }
          try {
            return method.invoke(port, args);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  @Test
  default void waitsForTheHandThatPausesTheWriters() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, fenced(new Fence.Manual()));
      MoveEngine engine = rig.engine();
      MoveJournal at = MoveJournal.initial();
      Progress progress = engine.advance(move, at, MoveRig.go(), written -> {});
      for (int i = 0; i < 100 && !reason(progress).equals("AwaitingFence"); i++) {
        at = progress.journal();
        progress = engine.advance(move, at, MoveRig.go(), written -> {});
      }
      assertThat(progress).isInstanceOfSatisfying(Progress.Wait.class, wait -> {
        assertThat(wait.reason()).isEqualTo("AwaitingFence");
        assertThat(wait.message()).contains("\"fenced\":true");
      });
      rig.write(5);
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      Progress end =
          rig.drive(engine, move, progress.journal(), MoveRig.go().withFence(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void asksForTheFenceWhereTheTenantWritesMoreThanAPassCopies() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(100);
      Move move = rig.move(Direction.DEMOTE, fenced(new Fence.Manual()));
      MoveEngine engine = rig.engine();
      Progress progress = engine.advance(move, MoveJournal.initial(), MoveRig.go(), written -> {});
      for (int i = 0; i < 50 && !reason(progress).equals("AwaitingFence"); i++) {
        for (long id = 1; id <= 30; id++) {
          rig.write(id);
        }
        progress = engine.advance(move, progress.journal(), MoveRig.go(), written -> {});
      }
      assertThat(reason(progress)).isEqualTo("AwaitingFence");
      Progress end =
          rig.drive(engine, move, progress.journal(), MoveRig.go().withFence(), each -> {});
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
    }
  }

  @Test
  default void liftsTheFenceThatItRaisedWhateverThePolicySaysSince() throws IOException {
    List<String> calls = new CopyOnWriteArrayList<>();
    HttpServer gate =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    gate.createContext("/", exchange -> {
      calls.add(
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                  .contains("\"Lift\"")
              ? "Lift"
              : "Fence");
      exchange.sendResponseHeaders(204, -1);
      exchange.close();
    });
    gate.start();
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      Move fencing = rig.move(
          Direction.DEMOTE,
          fenced(new Fence.Webhook(
              URI.create("http://127.0.0.1:" + gate.getAddress().getPort() + "/"),
              Duration.ofSeconds(5))));
      Move edited = fencing.under(MoveRig.settings());
      MoveEngine engine = rig.engine();
      Progress progress =
          engine.advance(fencing, MoveJournal.initial(), MoveRig.go(), written -> {});
      for (int i = 0; i < 3_000 && !(progress instanceof Progress.Finished); i++) {
        if (progress instanceof Progress.Wait wait) {
          MoveRig.pause(wait.after());
        }
        progress = engine.advance(
            calls.isEmpty() ? fencing : edited, progress.journal(), MoveRig.go(), written -> {});
      }
      assertThat(progress.phase()).as("%s", progress).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(calls).startsWith("Fence").endsWith("Lift");
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
    } finally {
      gate.stop(0);
    }
  }

  @Test
  default void forgetsWhatWasVerifiedUnderAFenceThatWasLifted() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      Move move = rig.move(Direction.DEMOTE, fenced(new Fence.Manual()));
      MoveEngine engine = rig.engine();
      MoveSignals fenced = MoveRig.go().withFence();
      Progress verified = MoveRig.until(
          engine,
          move,
          MoveJournal.initial(),
          fenced,
          at -> at.journal().header().verification() != null);
      Progress lifted = MoveRig.until(
          engine, move, verified.journal(), MoveRig.go(), at -> reason(at).equals("AwaitingFence"));
      rig.write(5);
      rig.write(900);
      rig.delete(7);
      Progress end = MoveRig.until(
          engine, move, lifted.journal(), fenced, at -> at instanceof Progress.Finished);
      assertThat(end.phase()).as("%s", end).isEqualTo(MovePhase.SUCCEEDED);
      assertThat(rig.content(MoveRig.DEFAULT)).isEqualTo(rig.promised);
      assertThat(rig.content(rig.tenant)).isNull();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  @Test
  default void takesTheMoveBackWhereWritesKeepComingUnderTheFence() {
    try (MoveRig rig = rig()) {
      rig.loadDedicated(60);
      Move move = rig.move(Direction.DEMOTE, MoveRig.settings(draft -> {
        draft.demotion(MoveFixtures.fencing(draft.demotion(), new Fence.Manual()));
        draft.settle(Duration.ofMillis(50));
        draft.moveDeadline(Duration.ofMillis(500));
      }));
      Progress end = rig.drive(
          rig.engine(), move, MoveJournal.initial(), MoveRig.go().withFence(), progress -> {
            if (progress.journal().step() == MoveStep.LAST_PASSES) {
              rig.write(5);
            }
          });
      assertThat(end).isInstanceOfSatisfying(Progress.Finished.class, finished -> {
        assertThat(finished.phase()).isEqualTo(MovePhase.ABORTED);
        assertThat(finished.reason()).isEqualTo("NotFenced");
        assertThat(finished.message()).contains("copy scans since have found new writes");
      });
      assertThat(rig.content(rig.tenant)).isEqualTo(rig.promised);
      assertThat(rig.content(MoveRig.DEFAULT)).isEmpty();
      assertThat(rig.breaches()).isEmpty();
    }
  }

  private static String reason(Progress progress) {
    return progress instanceof Progress.Wait wait ? wait.reason() : "";
  }

  private static MoveSettings fenced(Fence fence) {
    return MoveRig.settings(draft -> {
      draft.demotion(MoveFixtures.fencing(draft.demotion(), fence));
      draft.settle(Duration.ofMillis(50));
    });
  }
}
