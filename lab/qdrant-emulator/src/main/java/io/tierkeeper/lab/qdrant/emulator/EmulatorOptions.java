package io.tierkeeper.lab.qdrant.emulator;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an emulated cluster is built.
 *
 * @param peers number of peers, at least one
 * @param version the server version every peer reports
 * @param apiKey the full API key, or null for open access
 * @param seed seed of every random choice: placement, peer ids, consensus lag
 * @param consensusLag longest time between the commit of an entry and its application by a peer; each peer draws its own
 * @param forwardTimeout how long one peer waits for another that does not answer
 * @param replicaLag longest time by which a write reaches a further replica of its shard later than the one before;
 *     zero lets it reach all together
 * @param transfers how shard transfers run
 * @param memoryBytes the memory that every peer reports
 */
@RecordBuilder
public record EmulatorOptions(
    int peers,
    String version,
    @Nullable String apiKey,
    long seed,
    Duration consensusLag,
    Duration forwardTimeout,
    Duration replicaLag,
    TransferOptions transfers,
    long memoryBytes)
    implements EmulatorOptionsBuilder.With {

  private static final long MEMORY = 16L << 30;

  /** Rejects a peer count below one and a negative lag. */
  public EmulatorOptions {
    if (peers < 1) {
      throw new IllegalArgumentException("peers is " + peers + ", allowed: 1 and more");
    }
    if (consensusLag.isNegative()) {
      throw new IllegalArgumentException(
          "consensusLag is " + consensusLag + ", allowed: zero and more");
    }
    if (replicaLag.isNegative()) {
      throw new IllegalArgumentException(
          "replicaLag is " + replicaLag + ", allowed: zero and more");
    }
  }

  /** Three peers of 1.19.0 with 16 GiB each, without API key, a lag of up to 20 ms. */
  public static EmulatorOptions defaults() {
    return new EmulatorOptions(
        3,
        "1.19.0",
        null,
        1,
        Duration.ofMillis(20),
        Duration.ofSeconds(60),
        Duration.ZERO,
        TransferOptions.defaults(),
        MEMORY);
  }
}
