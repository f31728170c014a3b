package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends each call of a tenant's clients to a random peer, and once more to another random peer when that fails. */
final class TenantConnection {

  private static final Logger log = LoggerFactory.getLogger(TenantConnection.class);

  /** Delay before a retry: a peer that learns of a new key needs some tens of milliseconds. */
  private static final Duration BACK_OFF = Duration.ofMillis(100);

  private final Scheduler scheduler;
  private final QdrantCluster cluster;
  private final ShardKey tenant;
  private final AtomicLong attemptsFailed = new AtomicLong();

  /**
   * What a client knows of a call that has returned.
   *
   * @param value null when both attempts failed
   * @param retried whether the first attempt failed; it may still take effect
   * @param invokedAt nanoseconds of {@link Scheduler#nanoTime()}
   * @param returnedAt nanoseconds of {@link Scheduler#nanoTime()}
   */
  record Answer<T>(@Nullable T value, boolean retried, long invokedAt, long returnedAt) {
    Outcome outcome() {
      return value == null ? Outcome.UNKNOWN : Outcome.OK;
    }
  }

  TenantConnection(TieredScene scene, ShardKey tenant) {
    this.scheduler = scene.scheduler();
    this.cluster = scene.cluster();
    this.tenant = tenant;
  }

  /**
   * Sends a call.
   *
   * @param kind read or write, for the log
   * @param random chooses the peers
   */
  <T> Answer<T> send(String kind, SplittableRandom random, Function<QdrantWrites, T> call) {
    return send(kind, anyPeer(random), random, call);
  }

  /**
   * Sends a call to one peer, and to another one when that fails.
   *
   * @param number of the peer, from 0
   */
  <T> Answer<T> sendTo(
      int number, String kind, SplittableRandom random, Function<QdrantWrites, T> call) {
    return send(kind, cluster.peers().get(number), random, call);
  }

  private <T> Answer<T> send(
      String kind, QdrantWrites peer, SplittableRandom random, Function<QdrantWrites, T> call) {
    long invoked = scheduler.nanoTime();
    try {
      return new Answer<>(call.apply(peer), false, invoked, scheduler.nanoTime());
    } catch (QdrantException first) {
      attemptsFailed.incrementAndGet();
      scheduler.sleep(BACK_OFF);
      try {
        return new Answer<>(call.apply(anyPeer(random)), true, invoked, scheduler.nanoTime());
      } catch (QdrantException second) {
        attemptsFailed.incrementAndGet();
        log.warn(
            "a {} of {} failed twice: {}; {}",
            kind,
            tenant,
            first.getMessage(),
            second.getMessage());
        return new Answer<>(null, true, invoked, scheduler.nanoTime());
      }
    }
  }

  private QdrantWrites anyPeer(SplittableRandom random) {
    return cluster.peers().get(random.nextInt(cluster.peers().size()));
  }

  /** Attempts that failed, including those that succeeded when they were retried. */
  long attemptsFailed() {
    return attemptsFailed.get();
  }
}
