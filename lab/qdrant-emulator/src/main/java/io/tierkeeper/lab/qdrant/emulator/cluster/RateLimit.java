package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.time.Scheduler;
import java.util.Locale;

/** Strict mode's limit of reads or of writes in a minute, on one replica: a bucket of tokens that refills. */
final class RateLimit {

  private final String kind;
  private final Scheduler processes;
  private long perMinute;
  private double tokens;
  private long lastNanos;

  RateLimit(String kind, Scheduler processes) {
    this.kind = kind;
    this.processes = processes;
  }

  /** Takes tokens or fails; a changed limit begins with a full bucket. */
  synchronized void consume(long limit, long cost) {
    long now = processes.nanoTime();
    if (limit != perMinute) {
      perMinute = limit;
      tokens = limit;
    } else {
      tokens = Math.min(limit, tokens + (now - lastNanos) / 60e9 * limit);
    }
    lastNanos = now;
    String exceeded = "Rate limiting exceeded: " + kind + " rate limit exceeded";
    if (cost > limit) {
      throw new QdrantError(
          QdrantError.Kind.RATE_LIMITED,
          exceeded
              + ", request larger than rate limiter capacity, please try to split your request");
    }
    if (tokens < cost) {
      throw new QdrantError(
          QdrantError.Kind.RATE_LIMITED,
          String.format(
              Locale.ROOT,
              "%s: Operation requires %d tokens but only %.1f were available. Retry after %.0fs",
              exceeded,
              cost,
              tokens,
              Math.ceil((cost - tokens) * 60 / limit)));
    }
    tokens -= cost;
  }
}
