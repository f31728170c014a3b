package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.audit.InMemoryAudit;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two moves of one collection, one that retains its source and one at work, are never inside a step at once. */
class MoveEngineLockTest {

  /** One peer that does not answer; its first caller stays inside until it is released. */
  private static final class OneCallAtATime implements QdrantCluster {
    final CountDownLatch entered = new CountDownLatch(1);
    final CountDownLatch release = new CountDownLatch(1);
    final AtomicBoolean overlapped = new AtomicBoolean();
    private final AtomicInteger inside = new AtomicInteger();
    private final QdrantWrites peer = (QdrantWrites) Proxy.newProxyInstance(
        QdrantWrites.class.getClassLoader(),
        new Class<?>[] {QdrantWrites.class},
        (self, method, args) ->
            method.getName().equals("endpoint") ? URI.create("http://qdrant-0:6334") : call());

    private @Nullable Object call() throws InterruptedException {
      if (inside.incrementAndGet() > 1) {
        overlapped.set(true);
      }
      entered.countDown();
      release.await();
      inside.decrementAndGet();
      throw new QdrantException.Unavailable("no answer", null);
    }

    @Override
    public List<QdrantWrites> peers() {
      return List.of(peer);
    }

    /** In the thread that asks, so that it is seen where that thread waits. */
    @Override
    public <T> List<Future<T>> ask(Function<QdrantReads, T> question) {
      try {
        return List.of(CompletableFuture.completedFuture(question.apply(peer)));
      } catch (QdrantException e) {
        return List.of(CompletableFuture.failedFuture(e));
      }
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  @Test
  void oneStepAtATime() throws InterruptedException {
    OneCallAtATime cluster = new OneCallAtATime();
    MoveEngine engine =
        new MoveEngine(cluster, new InMemoryAudit(), Clock.systemUTC(), Leadership.always());
    Thread retaining = Thread.ofPlatform().start(() -> advance(engine, "acme"));
    cluster.entered.await();
    Thread working = Thread.ofPlatform().start(() -> advance(engine, "globex"));
    await().until(() -> cluster.overlapped.get() || working.getState() == Thread.State.WAITING);
    cluster.release.countDown();
    retaining.join();
    working.join();
    assertThat(cluster.overlapped).isFalse();
  }

  private static void advance(MoveEngine engine, String tenant) {
    Move move = new Move(
        tenant,
        tenant,
        "/namespaces/data/tieredcollections/kb",
        "kb",
        "group_id",
        TenantId.Kind.KEYWORD,
        TenantId.of(tenant),
        ShardKey.of("default"),
        Direction.PROMOTE,
        MoveFixtures.settings());
    engine.advance(move, MoveJournal.initial(), MoveSignals.none("test"), journal -> {});
  }
}
