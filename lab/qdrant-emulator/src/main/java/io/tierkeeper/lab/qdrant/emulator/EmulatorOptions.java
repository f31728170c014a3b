package io.tierkeeper.lab.qdrant.emulator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How an emulated cluster is built.
 *
 * @param peers number of peers, at least one
 * @param version the server version every peer reports
 * @param apiKey the full api key, or null for open access
 * @param seed seed of every random choice: placement, peer ids, consensus lag
 * @param consensusLag longest time that a peer applies a committed entry after its commit; each peer draws its own
 * @param transferPause how long a transfer prepares before its first point; an empty one lasts about as long,
 *     which is the time in which a freeze must be aborted
 * @param pointsPerSecond pace at which a transfer streams points
 * @param transferBatch points that a transfer sends at once; it pauses after each of them as for a whole one
 * @param barrierTimeout how long a transfer waits for all peers to confirm ActiveRead
 * @param retryPause pause before a failed transfer's second attempt; the third comes after twice as long
 * @param forwardTimeout how long one peer waits for another that does not answer
 */
public record EmulatorOptions(
    int peers,
    String version,
    @Nullable String apiKey,
    long seed,
    Duration consensusLag,
    Duration transferPause,
    int pointsPerSecond,
    int transferBatch,
    Duration barrierTimeout,
    Duration retryPause,
    Duration forwardTimeout) {

  /** Checks the numbers; a peer count or pace below one and a negative duration are refused by name. */
  public EmulatorOptions {
    if (peers < 1) {
      throw new IllegalArgumentException("peers is " + peers + ", allowed: 1 and more");
    }
    if (pointsPerSecond < 1) {
      throw new IllegalArgumentException(
          "pointsPerSecond is " + pointsPerSecond + ", allowed: 1 and more");
    }
    if (transferBatch < 1) {
      throw new IllegalArgumentException(
          "transferBatch is " + transferBatch + ", allowed: 1 and more");
    }
    if (consensusLag.isNegative()) {
      throw new IllegalArgumentException(
          "consensusLag is " + consensusLag + ", allowed: zero and more");
    }
  }

  /** Three peers of 1.19.0 without api key, a lag of up to 20 ms, 20,000 points a second. */
  public static EmulatorOptions defaults() {
    return new EmulatorOptions(
        3,
        "1.19.0",
        null,
        1,
        Duration.ofMillis(20),
        Duration.ofMillis(300),
        20_000,
        100,
        Duration.ofSeconds(10),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60));
  }

  /** The same with another number of peers. */
  public EmulatorOptions withPeers(int value) {
    return new EmulatorOptions(
        value,
        version,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with another server version. */
  public EmulatorOptions withVersion(String value) {
    return new EmulatorOptions(
        peers,
        value,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same behind an api key, or open where it is null. */
  public EmulatorOptions withApiKey(@Nullable String value) {
    return new EmulatorOptions(
        peers,
        version,
        value,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with another seed. */
  public EmulatorOptions withSeed(long value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        value,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with another longest consensus lag. */
  public EmulatorOptions withConsensusLag(Duration value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        value,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with another time of preparation for transfers. */
  public EmulatorOptions withTransferPause(Duration value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        consensusLag,
        value,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with another streaming pace. */
  public EmulatorOptions withPointsPerSecond(int value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        value,
        transferBatch,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with transfers that send so many points at once: one, and they last in proportion to their points. */
  public EmulatorOptions withTransferBatch(int value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        value,
        barrierTimeout,
        retryPause,
        forwardTimeout);
  }

  /** The same with another time for all peers to confirm ActiveRead. */
  public EmulatorOptions withBarrierTimeout(Duration value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        value,
        retryPause,
        forwardTimeout);
  }

  /** The same with another pause before a failed transfer's second attempt. */
  public EmulatorOptions withRetryPause(Duration value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        value,
        forwardTimeout);
  }

  /** The same with another patience between peers. */
  public EmulatorOptions withForwardTimeout(Duration value) {
    return new EmulatorOptions(
        peers,
        version,
        apiKey,
        seed,
        consensusLag,
        transferPause,
        pointsPerSecond,
        transferBatch,
        barrierTimeout,
        retryPause,
        value);
  }
}
