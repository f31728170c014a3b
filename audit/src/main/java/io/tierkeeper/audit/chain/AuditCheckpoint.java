package io.tierkeeper.audit.chain;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long the chain was and how it ended at a time: kept elsewhere, it shows a tail that was cut off.
 *
 * @param size lines of the chain, which is the sequence of the last one
 * @param headHash its hash, {@code sha256:…}
 * @param time when it was taken, which is the time of its line
 * @param signature of the writer; null where no key was configured
 */
public record AuditCheckpoint(
    long size, String headHash, Instant time, @Nullable CheckpointSignature signature) {

  private static final String DOMAIN = "tierkeeper.audit.checkpoint.v1\n";

  /** Refuses what cannot be a checkpoint. */
  public AuditCheckpoint {
    if (size < 0) {
      throw new IllegalArgumentException("size: " + size + " is negative; allowed: 0 and up");
    }
    if (!HashChain.isHash(headHash)) {
      throw new IllegalArgumentException(
          "headHash: '" + headHash + "' is no hash; allowed: sha256: and 64 digits 0-9a-f");
    }
  }

  /** Without signature. */
  public AuditCheckpoint(long size, String headHash, Instant time) {
    this(size, headHash, time, null);
  }

  /**
   * What is signed: {@code "tierkeeper.audit.checkpoint.v1\n" + source + "\n" + size + "\n" + headHash + "\n" + time},
   * UTF-8, without a line feed at the end. The last three never hold one, so no two checkpoints share a statement.
   *
   * @param source the CloudEvents {@code source} of the trail
   */
  public byte[] statement(String source) {
    return statement(source, size, headHash, time.toString());
  }

  /** The same with the time as it is written in a line. */
  static byte[] statement(String source, long size, String headHash, String time) {
    return (DOMAIN + source + "\n" + size + "\n" + headHash + "\n" + time)
        .getBytes(StandardCharsets.UTF_8);
  }
}
