package io.tierkeeper.audit.file;

import io.soabase.recordbuilder.core.RecordBuilder;
import io.tierkeeper.audit.TenantPseudonyms;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditSigningKey;
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
 * @param retention what becomes of closed files; null leaves them as they are
 * @param copy where each line also goes, for log shippers; null for nowhere
 * @param pseudonyms replaces tenant ids; null keeps them
 * @param resumeFrom the last checkpoint in the status: what the trail must hold, or continue from where its files are not
 *     here; null when there is none
 */
@RecordBuilder
public record AuditOptions(
    long rotateBytes,
    boolean rotateDaily,
    Checkpoints checkpoints,
    int groupLines,
    Duration groupTime,
    int rememberedIds,
    boolean ownTimer,
    @Nullable Retention retention,
    @Nullable PrintStream copy,
    @Nullable TenantPseudonyms pseudonyms,
    @Nullable AuditCheckpoint resumeFrom)
    implements AuditOptionsBuilder.With {

  /**
   * When a checkpoint is written, and who signs it.
   *
   * @param lines after so many
   * @param interval and after so long, when there were lines
   * @param key signs it; null for none
   * @param listener gets each once it is on disk; called while the log is locked, so it must not wait
   */
  public record Checkpoints(
      int lines,
      Duration interval,
      @Nullable AuditSigningKey key,
      Consumer<AuditCheckpoint> listener) {

    /** Refuses a number of lines that cannot be kept. */
    public Checkpoints {
      positive("checkpointLines", lines);
    }
  }

  /**
   * Closed files are compressed, and the oldest removed where there is a limit.
   *
   * @param keepFor lines that are not older are kept; null for no limit
   * @param keepBytes of all files of the trail together, which its last two files may exceed; 0 for no limit
   */
  public record Retention(@Nullable Duration keepFor, long keepBytes) {

    /** Compresses, and removes nothing. */
    public static final Retention UNLIMITED = new Retention(null, 0);

    /** Refuses negative limits. */
    public Retention {
      if (keepBytes < 0 || keepFor != null && keepFor.isNegative()) {
        throw new IllegalArgumentException(
            "keepBytes: " + keepBytes + ", keepFor: " + keepFor + "; allowed: 0 and up");
      }
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
    return withRotateBytes(bytes).withRotateDaily(daily);
  }

  /** The same with checkpoints at other distances. */
  public AuditOptions checkpointing(int lines, Duration interval) {
    return withCheckpoints(new Checkpoints(lines, interval, checkpoints.key, checkpoints.listener));
  }

  /** The same with signed checkpoints. */
  public AuditOptions signing(@Nullable AuditSigningKey key) {
    return withCheckpoints(
        new Checkpoints(checkpoints.lines, checkpoints.interval, key, checkpoints.listener));
  }

  /** The same, reporting each checkpoint. */
  public AuditOptions reporting(Consumer<AuditCheckpoint> listener) {
    return withCheckpoints(
        new Checkpoints(checkpoints.lines, checkpoints.interval, checkpoints.key, listener));
  }
}
