package io.tierkeeper.audit.file;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.chain.ChainPosition;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.chain.LineScanner;
import io.tierkeeper.audit.chain.SignatureCheck;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the end of a trail that may have been left in the middle of a line, and clears the way for the next line.
 *
 * <p>Reads the file being written and the segment before it. A torn tail is what a crash can leave: bad lines with no
 * good line behind them. It is copied to a file of its own before it is cut off, never deleted. A bad line with a good
 * one behind it is no crash: opening fails and names it.
 */
final class TrailRecovery {

  /**
   * The end of the chain as found.
   *
   * @param lastTime of the last line; null without lines
   * @param checkpoint the last one among the lines read; null when there is none
   * @param linesBehindCheckpoint read behind it, or in all
   */
  record Found(
      AuditHead head,
      long term,
      @Nullable Instant lastTime,
      long currentFirstSequence,
      long currentSize,
      List<GapData.TornTail> tornTails,
      @Nullable AuditCheckpoint checkpoint,
      long linesBehindCheckpoint) {}

  private final Path directory;
  private final String stem;
  private final String source;
  private final KnownIds ids;
  private final @Nullable AuditCheckpoint checkpoint;
  private final SignatureCheck signatures;
  private final ChainPosition position = new ChainPosition();
  private final LineScanner scanner = new LineScanner();
  private @Nullable String lastTime;
  private @Nullable AuditCheckpoint lastCheckpoint;
  private long linesBehindCheckpoint;
  private long readEnd;

  /**
   * @param checkpoint what the trail must hold, or is gone on from where there are no files; null for none
   * @param key of this writer; null for none
   */
  TrailRecovery(
      Path directory,
      AuditStream stream,
      KnownIds ids,
      @Nullable AuditCheckpoint checkpoint,
      @Nullable AuditSigningKey key) {
    this.directory = directory;
    stem = stream.fileStem();
    source = stream.source();
    this.ids = ids;
    this.checkpoint = checkpoint;
    signatures = new SignatureCheck(
        key == null ? List.of() : List.of(key.publicKey()), SignatureCheck.Strictness.OWN_KEY);
  }

  /**
   * Verifies the tail and cuts off what a crash left.
   *
   * @throws AuditUnavailableException when a line is bad that no crash explains, or the checkpoint is not met
   */
  Found recover() throws IOException {
    Path current = AuditFiles.current(directory, stem);
    String forged = checkpoint == null ? null : signatures.judge(checkpoint, source);
    if (forged != null) {
      throw new AuditUnavailableException(
          "The checkpoint in the status of " + source + " was changed, moves stop: " + forged
              + ". Compare it with the trail's checkpoint lines, then remove it from the status",
          false,
          null);
    }
    List<Path> segments = AuditFiles.segments(directory, stem);
    if (!segments.isEmpty()) {
      if (follow(segments.getLast()) < readEnd) {
        throw refused(
            segments.getLast(),
            "ends in a bad line, though it was complete when the next file was begun");
      }
    }
    long firstSequence = position.head().sequence() + 1;
    long currentSize = 0;
    if (Files.exists(current)) {
      currentSize = follow(current);
      if (currentSize < Files.size(current)) {
        cutOff(current, currentSize);
      }
    }
    if (checkpoint != null) {
      meet(checkpoint, current, !segments.isEmpty() || Files.exists(current));
    }
    List<GapData.TornTail> tornTails = new ArrayList<>();
    for (Path torn : AuditFiles.tornTails(directory, stem, position.head().sequence() + 1)) {
      tornTails.add(new GapData.TornTail(
          String.valueOf(torn.getFileName()), Files.size(torn), sha256(torn, 0)));
    }
    if (currentSize == 0) {
      firstSequence = position.head().sequence() + 1;
    } else if (segments.isEmpty()) {
      firstSequence = position.firstSequence();
    }
    Instant time = lastTime == null ? null : Instant.parse(lastTime);
    return new Found(
        position.head(),
        position.term(),
        time,
        firstSequence,
        currentSize,
        tornTails,
        lastCheckpoint,
        linesBehindCheckpoint);
  }

  /** Follows the chain through a file; where its good lines end, in bytes of its content. */
  private long follow(Path file) throws IOException {
    long goodEnd = 0;
    readEnd = 0;
    AuditFault fault = null;
    try (LineFile lines = LineFile.open(file)) {
      while (lines.advance()) {
        readEnd = lines.endOffset();
        boolean wellFormed =
            lines.terminated() && scanner.scan(lines.buffer(), lines.from(), lines.to()) == null;
        if (fault != null) {
          if (wellFormed && scanner.hashFits()) {
            throw refused(fault);
          }
          continue;
        }
        if (!wellFormed) {
          fault = fault(lines, AuditFault.Kind.MALFORMED, "it is no audit line");
          continue;
        }
        ChainPosition.Misfit misfit = position.follow(scanner, lines.number() == 1);
        if (misfit == null) {
          goodEnd = lines.endOffset();
          lastTime = scanner.time();
          if (!scanner.type().equals(AuditType.COMPOSITION.eventType())) {
            ids.remember(scanner.id(), scanner.sequence(), scanner.entryHash());
          }
          checkHash(file);
          noteCheckpoint(lines);
        } else if (scanner.hashFits()) {
          // A whole line that does not follow: no crash writes that.
          throw refused(fault(lines, misfit.kind(), misfit.sentence()));
        } else {
          fault = fault(lines, misfit.kind(), misfit.sentence());
        }
      }
    }
    return goodEnd;
  }

  private void noteCheckpoint(LineFile lines) {
    linesBehindCheckpoint++;
    if (!scanner.type().equals(SignatureCheck.CHECKPOINT)) {
      return;
    }
    ChainPosition.Misfit misfit = signatures.judge(scanner);
    if (misfit != null) {
      throw refused(fault(lines, misfit.kind(), misfit.sentence()));
    }
    String keyId = scanner.keyId();
    String signature = scanner.signature();
    try {
      lastCheckpoint = new AuditCheckpoint(
          scanner.checkpointSize(),
          scanner.prevHash(),
          Instant.parse(scanner.time()),
          keyId == null || signature == null ? null : new CheckpointSignature(keyId, signature));
    } catch (IllegalArgumentException | DateTimeException e) {
      throw refused(
          fault(lines, AuditFault.Kind.CHANGED, "it holds no checkpoint: " + e.getMessage()));
    }
    linesBehindCheckpoint = 0;
  }

  private void checkHash(Path file) {
    if (checkpoint != null
        && position.firstSequence() == position.head().sequence()
        && position.firstSequence() == checkpoint.size() + 1
        && !scanner.prevHash().equals(checkpoint.headHash())) {
      throw refused(file, "does not continue from the line in the checkpoint of the status");
    }
    if (checkpoint != null
        && position.head().sequence() == checkpoint.size()
        && !position.head().headHash().equals(checkpoint.headHash())) {
      throw refused(
          file,
          "has another hash for sequence " + checkpoint.size()
              + " than the checkpoint in the status");
    }
  }

  private void meet(AuditCheckpoint expected, Path current, boolean anyFile) {
    if (!anyFile) {
      position.takeUpAfter(new AuditHead(expected.size(), expected.headHash()));
    } else if (position.head().sequence() < expected.size()) {
      throw refused(
          current,
          "ends at sequence " + position.head().sequence()
              + ", but the checkpoint in the status counts "
              + expected.size()
              + " lines: its tail was cut, or it comes from a backup. Move the trail's files away to"
              + " continue from the checkpoint");
    }
  }

  private void cutOff(Path current, long goodEnd) throws IOException {
    String hash = sha256(current, goodEnd);
    Path torn = AuditFiles.torn(directory, stem, position.head().sequence() + 1, hash);
    Path unfinished = torn.resolveSibling(torn.getFileName() + ".unfinished");
    try (FileChannel from =
            FileChannel.open(current, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileChannel to = FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      copy(from, goodEnd, to);
      to.force(true);
      Files.move(unfinished, torn, StandardCopyOption.ATOMIC_MOVE);
      AppendFile.forceDirectory(directory);
      from.truncate(goodEnd);
      from.force(true);
    }
  }

  private static void copy(FileChannel from, long start, FileChannel to) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
    long at = start;
    while (true) {
      buffer.clear();
      int read = from.read(buffer, at);
      if (read < 0) {
        return;
      }
      at += read;
      buffer.flip();
      while (buffer.hasRemaining()) {
        to.write(buffer);
      }
    }
  }

  private static String sha256(Path file, long start) throws IOException {
    MessageDigest digest = HashChain.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(start);
      byte[] buffer = new byte[1 << 16];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static AuditFault fault(LineFile lines, AuditFault.Kind kind, String sentence) {
    return new AuditFault(lines.path(), lines.number(), lines.offset(), kind, sentence);
  }

  private static AuditUnavailableException refused(AuditFault fault) {
    return new AuditUnavailableException(
        "Audit trail is damaged, moves stop: " + fault
            + ". Keep the file, then move it away to continue from the checkpoint",
        false,
        null);
  }

  private static AuditUnavailableException refused(Path file, String sentence) {
    return new AuditUnavailableException(
        "Audit trail is damaged, moves stop: " + file + " " + sentence, false, null);
  }
}
