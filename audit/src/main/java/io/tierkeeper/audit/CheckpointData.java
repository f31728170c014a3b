package io.tierkeeper.audit;

import org.jspecify.annotations.Nullable;

/** The size and head of the chain so far. */
public record CheckpointData(Checkpoint checkpoint) implements EventData {

  /**
   * The checkpoint.
   *
   * @param size lines before this one
   * @param headHash of the last of them
   * @param keyId of the key that signed; null without signature
   */
  public record Checkpoint(
      long size,
      String headHash,
      @Nullable String keyId,
      @Nullable String signature) {}

  @Override
  public AuditType type() {
    return AuditType.CHECKPOINT;
  }
}
