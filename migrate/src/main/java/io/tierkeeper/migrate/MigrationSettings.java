package io.tierkeeper.migrate;

import java.time.Duration;

/**
 * How patient a migration is.
 *
 * @param retryFor how long a call is repeated while Qdrant does not answer it
 * @param settle between two passes that must find the same; longer than a write of any client takes
 * @param maxPasses over all points, for one command
 * @param ignoreLateWrites continue although the side that is not live was written to
 */
public record MigrationSettings(
    Duration retryFor, Duration settle, int maxPasses, boolean ignoreLateWrites) {

  /** Two minutes, ten seconds, five passes. */
  public static final MigrationSettings DEFAULT =
      new MigrationSettings(Duration.ofMinutes(2), Duration.ofSeconds(10), 5, false);
}
