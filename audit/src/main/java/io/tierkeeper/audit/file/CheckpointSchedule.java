package io.tierkeeper.audit.file;

import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.AuditSigningKey;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** When the next checkpoint is due, and what the last one said. */
final class CheckpointSchedule {

  private final AuditOptions.Checkpoints options;
  private long linesSince;
  private Instant lastTime;
  private @Nullable AuditCheckpoint last;

  CheckpointSchedule(AuditOptions.Checkpoints options, Instant now) {
    this.options = options;
    lastTime = now;
  }

  /**
   * Goes on from a trail as found.
   *
   * @param found its last checkpoint, in a line or in the status; null when there is none
   * @param lines behind it
   */
  void takeUp(@Nullable AuditCheckpoint found, long lines, Instant now) {
    linesSince = lines;
    if (found != null && (last == null || last.size() < found.size())) {
      last = found;
    }
    // A clock that went back must not put off the next one.
    lastTime = last == null || last.time().isAfter(now) ? now : last.time();
  }

  void lineWritten() {
    linesSince++;
  }

  boolean due(Instant now) {
    return linesSince >= options.lines()
        || linesSince > 0 && !now.isBefore(lastTime.plus(options.interval()));
  }

  /** The checkpoint of a trail that ends so, signed where there is a key. */
  AuditCheckpoint take(AuditHead head, Instant now, String source) {
    AuditCheckpoint bare = new AuditCheckpoint(head.sequence(), head.headHash(), now);
    AuditSigningKey key = options.key();
    return key == null ? bare : key.sign(bare, source);
  }

  /** The checkpoint is on disk. */
  void written(AuditCheckpoint checkpoint) {
    last = checkpoint;
    lastTime = checkpoint.time();
    linesSince = 0;
    options.listener().accept(checkpoint);
  }

  Optional<AuditCheckpoint> last() {
    return Optional.ofNullable(last);
  }
}
