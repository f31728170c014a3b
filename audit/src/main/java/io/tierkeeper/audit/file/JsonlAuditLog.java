package io.tierkeeper.audit.file;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.HashChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trail of one TieredCollection as JSON lines in a directory: chained, rotated, durable as asked.
 *
 * <p>Safe for several threads. One writer only: a file that grows under it makes it stop. After a failure it takes
 * nothing more until {@link #reopen()} has found the end of the chain again and begun a new file.
 */
public final class JsonlAuditLog implements AuditSink {

  private static final Logger log = LoggerFactory.getLogger(JsonlAuditLog.class);
  private static final Duration TOLERATED_CLOCK_JUMP = Duration.ofSeconds(2);

  private final Path directory;
  private final AuditStream stream;
  private AuditWriter writer;
  private final Clock clock;
  private final AuditOptions options;
  private final AppendFile.Opener opener;
  private TrailLines lines;
  private final KnownIds ids;
  private final CheckpointSchedule checkpoints;
  private final @Nullable TrailRetention retention;
  private final @Nullable FlushTimer timer;
  private final FileBeginning beginning = new FileBeginning();

  private @Nullable AppendFile file;
  private @Nullable AuditUnavailableException failure;
  private boolean closed;
  private AuditHead head = AuditHead.EMPTY;
  private long fileFirstSequence = 1;
  private long fileSize;
  private Instant fileBegan;
  private int unforced;
  private Instant firstUnforced;
  private Instant lastTime;

  private JsonlAuditLog(
      Path directory,
      AuditStream stream,
      AuditWriter writer,
      Clock clock,
      AuditOptions options,
      AppendFile.Opener opener) {
    this.directory = directory;
    this.stream = stream;
    this.writer = writer;
    this.clock = clock;
    this.options = options;
    this.opener = opener;
    lines = new TrailLines(stream, writer, options.pseudonyms());
    ids = new KnownIds(options.rememberedIds());
    retention = options.retention() == null
        ? null
        : new TrailRetention(
            directory, stream, options.retention(), options.checkpoints().key() != null, opener);
    timer = options.ownTimer() ? new FlushTimer(this::onTimer, options) : null;
    Instant now = clock.instant();
    fileBegan = now;
    firstUnforced = now;
    lastTime = now;
    checkpoints = new CheckpointSchedule(options.checkpoints(), now);
  }

  /**
   * Opens the trail, verifying its tail, or begins it. What a crash left is moved to a {@code .torn} file, and a gap
   * line records the restart.
   *
   * @param directory created when missing
   * @throws AuditUnavailableException when the tail is damaged in a way that no crash explains, a newer term has
   *     written, the checkpoint of the options is not met, or the disk fails
   */
  public static JsonlAuditLog open(
      Path directory, AuditStream stream, AuditWriter writer, Clock clock, AuditOptions options) {
    return open(directory, stream, writer, clock, options, AppendFile::open);
  }

  /** The same on another disk. */
  public static JsonlAuditLog open(
      Path directory,
      AuditStream stream,
      AuditWriter writer,
      Clock clock,
      AuditOptions options,
      AppendFile.Opener opener) {
    JsonlAuditLog opened = new JsonlAuditLog(directory, stream, writer, clock, options, opener);
    try {
      opened.takeUp(false);
    } catch (IOException e) {
      opened.stopTimer();
      throw new AuditUnavailableException(
          "Audit trail in " + directory + " cannot be opened: " + e, true, e);
    } catch (AuditUnavailableException e) {
      opened.stopTimer();
      throw e;
    }
    return opened;
  }

  /**
   * Goes on after a failure: finds the end of the chain in what is on disk, closes that file for good and begins a new
   * one with a gap line. Does nothing when healthy.
   *
   * @throws AuditUnavailableException when it fails again; the log stays as it was
   */
  public synchronized void reopen() {
    AuditUnavailableException before = failure;
    if (before == null) {
      return;
    }
    if (!before.retryHelps()) {
      throw before;
    }
    try {
      takeUp(true);
      failure = null;
    } catch (IOException e) {
      throw failed("Audit trail in " + directory + " cannot be opened again: " + e, true, e);
    }
  }

  @Override
  public synchronized AuditReceipt append(AuditEvent event, Durability durability) {
    requireUsable();
    AuditReceipt before = ids.find(event.id());
    try {
      if (before != null) {
        if (durability == Durability.BEFORE_MUTATION) {
          force();
        }
        return before;
      }
      noteClockJump();
      if (beginning.allowedBefore(event.data())) {
        rotateIfDue();
        begin();
      }
      AuditReceipt receipt = write(event, false);
      boolean checkpointed = checkpointIfDue();
      if (durability == Durability.BEFORE_MUTATION || checkpointed || groupIsDue()) {
        force();
      } else if (timer != null) {
        timer.flushSoon();
      }
      return receipt;
    } catch (IOException e) {
      throw failed(
          "Audit line of " + event.id() + " may not be on disk, moves stop: " + e, true, e);
    }
  }

  @Override
  public synchronized void beginFilesWith(Beginning what) {
    beginning.with(what);
  }

  @Override
  public synchronized void beginAgain() {
    beginning.again();
  }

  /** Writes what files begin with, where the current one does not have it. */
  private void begin() throws IOException {
    Iterator<AuditEvent> events = beginning.due(head);
    while (events.hasNext()) {
      long before = fileSize;
      write(events.next(), false);
      beginning.grew(fileSize - before);
      if (checkpointIfDue() || groupIsDue()) {
        force();
      }
    }
  }

  /**
   * Flushes grouped lines, writes a checkpoint where their time has come, and compresses and removes closed files.
   *
   * @throws AuditUnavailableException when that fails
   */
  public synchronized void tick() {
    requireUsable();
    try {
      if (checkpointIfDue() || groupIsDue()) {
        force();
      }
    } catch (IOException e) {
      throw failed("Audit lines may not be on disk, moves stop: " + e, true, e);
    }
    keepFiles();
  }

  private void onTimer(boolean flush) {
    tickSafely(flush);
    // Without the lock: compressing takes seconds, and touches no file that is written.
    keepFiles();
  }

  private void keepFiles() {
    if (retention != null && healthy()) {
      retention.runIfDue(clock.instant());
    }
  }

  private synchronized void tickSafely(boolean flush) {
    if (closed || failure != null) {
      return;
    }
    try {
      if (checkpointIfDue() || flush) {
        force();
      }
    } catch (IOException e) {
      failed("Audit lines may not be on disk, moves stop: " + e, true, e);
    }
  }

  /** The term of the leader that writes. */
  public synchronized long term() {
    return writer.term();
  }

  @Override
  public synchronized AuditHead head() {
    return head;
  }

  /** The last checkpoint on disk, for {@code status.audit}; empty before the first. */
  public synchronized Optional<AuditCheckpoint> lastCheckpoint() {
    return checkpoints.last();
  }

  /** The file being written. */
  public Path currentFile() {
    return AuditFiles.current(directory, stream.fileStem());
  }

  @Override
  public synchronized boolean healthy() {
    return failure == null && !closed;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stopTimer();
    try {
      if (failure == null) {
        force();
      }
    } catch (IOException e) {
      throw failed("Audit lines may not be on disk: " + e, true, e);
    } finally {
      closeFile();
    }
  }

  private void takeUp(boolean afterFailure) throws IOException {
    AuditFiles.createDirectory(directory, opener);
    closeFile();
    TrailRecovery.Found found = recover();
    if (afterFailure && found.currentSize() > 0) {
      UnflushedFile.rewrite(currentFile(), found.currentSize(), opener);
      found = recover();
    }
    boolean elsewhere = found.currentSize() == 0 && found.head().sequence() > 0 && ids.isEmpty();
    if (writer.term() == AuditWriter.LAST_TERM) {
      writer = new AuditWriter(writer.version(), writer.instance(), Math.max(1, found.term()));
      lines = new TrailLines(stream, writer, options.pseudonyms());
    }
    head = found.head();
    fileFirstSequence = found.currentFirstSequence();
    fileSize = found.currentSize();
    Instant now = clock.instant();
    fileBegan = found.lastTime() == null ? now : found.lastTime();
    lastTime = fileBegan;
    unforced = 0;
    AuditCheckpoint inFile = found.checkpoint();
    AuditCheckpoint inStatus = options.resumeFrom();
    if (inStatus != null && (inFile == null || inFile.size() < inStatus.size())) {
      checkpoints.takeUp(inStatus, head.sequence() - inStatus.size(), now);
    } else {
      checkpoints.takeUp(inFile, found.linesBehindCheckpoint(), now);
    }
    if (afterFailure && fileSize > 0) {
      beginNextFile();
    } else {
      openFile();
    }
    if (head.sequence() > 0 || !found.tornTails().isEmpty()) {
      GapData.Reason reason = !found.tornTails().isEmpty()
          ? GapData.Reason.TORN_TAIL
          : elsewhere
              ? GapData.Reason.TRAIL_ELSEWHERE
              : afterFailure ? GapData.Reason.WRITE_FAILED : GapData.Reason.RESTART;
      write(lines.gap(head, clock.instant(), reason, found.tornTails()), true);
    }
    force();
  }

  private TrailRecovery.Found recover() throws IOException {
    ids.clear();
    // After a failure the newest checkpoint is one that this writer wrote itself.
    AuditCheckpoint expected =
        checkpoints.last().isPresent() ? checkpoints.last().get() : options.resumeFrom();
    TrailRecovery.Found found = new TrailRecovery(
            directory, stream, ids, expected, options.checkpoints().key())
        .recover();
    if (writer.term() != AuditWriter.LAST_TERM && found.term() > writer.term()) {
      throw failed(
          "Audit trail " + currentFile() + " was written in term " + found.term()
              + ", this is term " + writer.term() + ": another leader has taken over",
          false,
          null);
    }
    return found;
  }

  private void openFile() throws IOException {
    file = opener.open(currentFile());
    opener.forceDirectory(directory);
    beginning.fileOpened();
  }

  private void beginNextFile() throws IOException {
    closeFile();
    Files.move(currentFile(), AuditFiles.segment(directory, stream.fileStem(), fileFirstSequence));
    opener.forceDirectory(directory);
    fileFirstSequence = head.sequence() + 1;
    fileSize = 0;
    fileBegan = clock.instant();
    openFile();
    if (retention != null) {
      retention.fileClosed();
    }
  }

  private void rotateIfDue() throws IOException {
    boolean anotherDay = options.rotateDaily() && !day(fileBegan).equals(day(clock.instant()));
    if (fileSize > 0 && (fileSize - beginning.bytes() >= options.rotateBytes() || anotherDay)) {
      force();
      beginNextFile();
      writeCheckpoint();
    }
  }

  private static LocalDate day(Instant instant) {
    return instant.atZone(ZoneOffset.UTC).toLocalDate();
  }

  private void noteClockJump() throws IOException {
    Instant now = clock.instant();
    if (now.isBefore(lastTime.minus(TOLERATED_CLOCK_JUMP))) {
      write(lines.clockJump(head, lastTime, now), true);
    }
    lastTime = now;
  }

  private boolean groupIsDue() {
    return unforced >= options.groupLines()
        || unforced > 0 && !clock.instant().isBefore(firstUnforced.plus(options.groupTime()));
  }

  private boolean checkpointIfDue() throws IOException {
    boolean due = checkpoints.due(clock.instant());
    if (due) {
      writeCheckpoint();
    }
    return due;
  }

  private void writeCheckpoint() throws IOException {
    AuditCheckpoint checkpoint = checkpoints.take(head, clock.instant(), stream.source());
    write(lines.checkpoint(head, checkpoint), true);
    force();
    checkpoints.written(checkpoint);
  }

  private AuditReceipt write(AuditEvent event, boolean internal) throws IOException {
    AppendFile target = requireFile();
    if (target.size() != fileSize) {
      throw failed(
          "Audit trail " + currentFile() + " has " + target.size()
              + " bytes where this writer left " + fileSize + ": another writer is at work",
          false,
          null);
    }
    ObjectNode line = lines.line(event, head, internal && fileSize == 0 && head.sequence() > 0);
    HashChain.Line chained = HashChain.line(line, head.headHash());
    byte[] bytes = chained.bytes();
    String entryHash = chained.entryHash();
    target.append(ByteBuffer.wrap(bytes));
    beginning.wrote(event);
    head = new AuditHead(head.sequence() + 1, entryHash);
    fileSize += bytes.length;
    if (event.type() != AuditType.COMPOSITION) {
      ids.remember(event.id(), head.sequence(), entryHash);
    }
    if (unforced++ == 0) {
      firstUnforced = clock.instant();
    }
    checkpoints.lineWritten();
    if (options.copy() != null) {
      options.copy().write(bytes, 0, bytes.length);
      options.copy().flush();
    }
    return new AuditReceipt(head.sequence(), entryHash, false);
  }

  private void force() throws IOException {
    if (unforced > 0) {
      requireFile().force();
      unforced = 0;
    }
  }

  private void requireUsable() {
    if (closed) {
      throw new IllegalStateException("The audit log of " + stream.source() + " is closed");
    }
    if (failure != null) {
      throw new AuditUnavailableException(
          String.valueOf(failure.getMessage()), failure.retryHelps(), failure);
    }
  }

  private AppendFile requireFile() {
    AppendFile open = file;
    if (open == null) {
      throw new IllegalStateException("The audit log of " + stream.source() + " has no open file");
    }
    return open;
  }

  /** Remembers the first failure, from which on nothing is taken. */
  private AuditUnavailableException failed(
      String message, boolean retryHelps, @Nullable IOException cause) {
    AuditUnavailableException failed = new AuditUnavailableException(message, retryHelps, cause);
    failure = failed;
    closeFile();
    return failed;
  }

  private void closeFile() {
    AppendFile open = file;
    file = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        log.warn(
            "Audit file {} did not close cleanly; its lines had been flushed before or were reported",
            directory,
            e);
      }
    }
  }

  private void stopTimer() {
    if (timer != null) {
      timer.close();
    }
  }
}
