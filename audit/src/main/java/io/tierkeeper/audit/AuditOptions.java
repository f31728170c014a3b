package io.tierkeeper.audit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a trail is kept.
 *
 * @param rotateBytes a file that has grown to this many bytes is followed by a new one
 * @param rotateDaily also at the first line of a new day, UTC
 * @param checkpoints when one is written, and who signs it
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
    Checkpoints checkpoints,
    int groupLines,
    Duration groupTime,
    int rememberedIds,
    boolean ownTimer,
    @Nullable PrintStream copy,
    @Nullable TenantPseudonyms pseudonyms,
    @Nullable AuditCheckpoint resumeFrom) {

  /**
   * When a checkpoint is written, and who signs it.
   *
   * @param lines after so many
   * @param interval and after so long, when there were lines
   * @param key signs it; null for none
   * @param told of each once it is on disk; called while the log is held, so it must not wait
   */
  public record Checkpoints(
      int lines, Duration interval, @Nullable AuditSigningKey key, Consumer<AuditCheckpoint> told) {

    /** Refuses a number of lines that cannot be kept. */
    public Checkpoints {
      positive("checkpointLines", lines);
    }
  }

  /** 64 MiB or a day a file, checkpoints after 1,000 lines or ten minutes, groups of 64 lines or 100 ms. */
  public static final AuditOptions DEFAULTS = new AuditOptions(
      64L << 20,
      true,
      new Checkpoints(1_000, Duration.ofMinutes(10), null, checkpoint -> {}),
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
        checkpoints,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        copy,
        pseudonyms,
        resumeFrom);
  }

  /** The same without a thread of its own: who holds the log calls {@link JsonlAuditLog#tick()}. */
  public AuditOptions untimed() {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        checkpoints,
        groupLines,
        groupTime,
        rememberedIds,
        false,
        copy,
        pseudonyms,
        resumeFrom);
  }

  /** The same with checkpoints at other distances. */
  public AuditOptions checkpointing(int lines, Duration interval) {
    return with(new Checkpoints(lines, interval, checkpoints.key, checkpoints.told));
  }

  /** The same with signed checkpoints. */
  public AuditOptions signing(@Nullable AuditSigningKey key) {
    return with(new Checkpoints(checkpoints.lines, checkpoints.interval, key, checkpoints.told));
  }

  /** The same, telling of each checkpoint. */
  public AuditOptions telling(Consumer<AuditCheckpoint> told) {
    return with(new Checkpoints(checkpoints.lines, checkpoints.interval, checkpoints.key, told));
  }

  private AuditOptions with(Checkpoints others) {
    return new AuditOptions(
        rotateBytes,
        rotateDaily,
        others,
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
        checkpoints,
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
        checkpoints,
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
        checkpoints,
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
        checkpoints,
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
        checkpoints,
        groupLines,
        groupTime,
        rememberedIds,
        ownTimer,
        copy,
        pseudonyms,
        checkpoint);
  }
}
