package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;

/**
 * How shard transfers run.
 *
 * @param preparation how long a transfer prepares before its first point; an empty one lasts about as long, which is
 *     the time in which a freeze must be aborted
 * @param pointsPerSecond rate at which a transfer streams points; one and more
 * @param batch points that a transfer sends at once, one and more; it pauses after each batch as for a whole one, so
 *     with one the duration is proportional to the points
 * @param barrierTimeout how long a transfer waits for all peers to confirm ActiveRead
 * @param retryPause pause before a failed transfer's second attempt; the third comes after twice as long
 */
@RecordBuilder
public record TransferOptions(
    Duration preparation,
    int pointsPerSecond,
    int batch,
    Duration barrierTimeout,
    Duration retryPause)
    implements TransferOptionsBuilder.With {

  /** Rejects a rate or batch below one. */
  public TransferOptions {
    if (pointsPerSecond < 1) {
      throw new IllegalArgumentException(
          "pointsPerSecond is " + pointsPerSecond + ", allowed: 1 and more");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", allowed: 1 and more");
    }
  }

  /** 20,000 points a second in batches of 100, after a preparation of 300 ms. */
  public static TransferOptions defaults() {
    return new TransferOptions(
        Duration.ofMillis(300), 20_000, 100, Duration.ofSeconds(10), Duration.ofSeconds(1));
  }
}
