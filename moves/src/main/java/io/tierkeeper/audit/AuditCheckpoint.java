package io.tierkeeper.audit;

import java.time.Instant;

/**
 * How long the chain was and how it ended at a time: kept elsewhere, it shows a tail that was cut off.
 *
 * @param size lines of the chain, which is the sequence of the last one
 * @param headHash its hash, {@code sha256:…}
 * @param time when it was taken
 */
public record AuditCheckpoint(long size, String headHash, Instant time) {

  /** Refuses what cannot be a checkpoint. */
  public AuditCheckpoint {
    if (size < 0) {
      throw new IllegalArgumentException("size: " + size + " is negative; allowed: 0 and up");
    }
    if (!headHash.matches("sha256:[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "headHash: '" + headHash + "' is no hash; allowed: sha256: and 64 digits 0-9a-f");
    }
  }
}
