package io.tierkeeper.audit;

import java.io.PrintStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a trail is kept.
 *
 * @param rotateBytes a file that has grown to this many bytes is followed by a new one
 * @param rotateDaily also at the first line of a new day, UTC
 * @param checkpointLines a checkpoint after so many lines
 * @param checkpointInterval and after so long, when there were lines
 * @param groupLines grouped lines are flushed when there are so many
 * @param groupTime and after so long
 * @param rememberedIds how many of the latest ids are known again when they are repeated
 * @param ownTimer whether a thread of the log flushes and writes checkpoints in time; without it the caller calls
 *     {@link JsonlAuditLog#tick()}, as a simulation on one thread does
 * @param copy where each line also goes, for log shippers; null for nowhere
 * @param pseudonyms replaces tenant ids; null keeps them
 * @param resumeFrom the last checkpoint in the status: what the trail must hold, or go on from where its files are not
 *     here; null when there is none
 */
public record AuditOptions(
    long rotateBytes,
    boolean rotateDaily,
    int checkpointLines,
    Duration checkpointInterval,
    int groupLines,
    Duration groupTime,
    int rememberedIds,
    boolean ownTimer,
    @Nullable PrintStream copy,
    @Nullable TenantPseudonyms pseudonyms,
    @Nullable AuditCheckpoint resumeFrom) {

  /** 64 MiB or a day a file, checkpoints after 1,000 lines or ten minutes, groups of 64 lines or 100 ms. */
  public static final AuditOptions DEFAULTS = new AuditOptions(
      64L << 20,
      true,
      1_000,
      Duration.ofMinutes(10),
      64,
      Duration.ofMillis(100),
      20_000,
      true,
      null,
      null,
      null);

  /** Refuses limits that cannot be kept, by name and value. */
  public AuditOptions {
    positive("rotateBytes", rotateBytes);
    positive("checkpointLines", checkpointLines);
    positive("groupLines", groupLines);
    positive("rememberedIds", rememberedIds);
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " is too small; allowed: 1 and up");
    }
  }

  /** The same, rotating at another size, and at midnight or not. */
  public AuditOptions rotating(long bytes, boolean daily) {
    return new AuditOptions(
        bytes,
        daily,
        checkpointLines,
        checkpointInterval,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        copy,
        pseudonyms,
        resumeFrom);
  }

  /** The same with checkpoints at other distances. */
  public AuditOptions checkpointing(int lines, Duration interval) {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        lines,
        interval,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        copy,
        pseudonyms,
        resumeFrom);
  }

  /** The same without a thread: the caller ticks. */
  public AuditOptions tickedByCaller() {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        checkpointLines,
        checkpointInterval,
        groupLines,
        groupTime,
        rememberedIds,
        false,
        copy,
        pseudonyms,
        resumeFrom);
  }

  /** The same, remembering another number of ids. */
  public AuditOptions remembering(int ids) {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        checkpointLines,
        checkpointInterval,
        groupLines,
        groupTime,
        ids,
        ownTimer,
        copy,
        pseudonyms,
        resumeFrom);
  }

  /** The same with a copy of each line. */
  public AuditOptions copyingTo(@Nullable PrintStream target) {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        checkpointLines,
        checkpointInterval,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        target,
        pseudonyms,
        resumeFrom);
  }

  /** The same with tenant ids replaced. */
  public AuditOptions pseudonymising(TenantPseudonyms with) {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        checkpointLines,
        checkpointInterval,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        copy,
        with,
        resumeFrom);
  }

  /** The same, expecting at least this checkpoint. */
  public AuditOptions resumingFrom(@Nullable AuditCheckpoint checkpoint) {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        checkpointLines,
        checkpointInterval,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        copy,
        pseudonyms,
        checkpoint);
  }
}
