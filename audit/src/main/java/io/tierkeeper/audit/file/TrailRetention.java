package io.tierkeeper.audit.file;

import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.chain.LineScanner;
import io.tierkeeper.audit.chain.SignatureCheck;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compresses closed files of a trail, and removes the oldest when they are too old or too many.
 *
 * <p>The current file and the last closed one stay as they are, since opening reads them. The first file that is kept
 * begins with a checkpoint, so that the rest verifies from there. Each step may be the last before a crash: a file is
 * deleted only after its compressed copy has been read back and its name is on disk, and the oldest file first.
 */
final class TrailRetention {

  private static final Logger log = LoggerFactory.getLogger(TrailRetention.class);
  private static final Duration EVERY = Duration.ofHours(1);
  private static final int CHUNK = 1 << 16;

  private final Path directory;
  private final String stem;
  private final AuditOptions.Retention retention;
  private final boolean signed;
  private final AppendFile.Opener opener;
  private volatile boolean due = true;
  private Instant next = Instant.MIN;

  /** @param signed whether the checkpoint at which the rest begins must have a signature */
  TrailRetention(
      Path directory,
      AuditStream stream,
      AuditOptions.Retention retention,
      boolean signed,
      AppendFile.Opener opener) {
    this.directory = directory;
    stem = stream.fileStem();
    this.retention = retention;
    this.signed = signed;
    this.opener = opener;
  }

  /** A file was closed. */
  void fileClosed() {
    due = true;
  }

  /** Runs after a file was closed, and once an hour; a failure is logged, since the trail itself is not affected. */
  synchronized void runIfDue(Instant now) {
    if (!due && now.isBefore(next)) {
      return;
    }
    due = false;
    next = now.plus(EVERY);
    try {
      run(now);
    } catch (IOException e) {
      log.warn(
          "Closed files of audit trail {} in {} could not be compressed or removed; retrying in {}: {}",
          stem,
          directory,
          EVERY,
          e.toString());
    }
  }

  /** Removes, then compresses, so that a full disk is freed first. */
  synchronized void run(Instant now) throws IOException {
    for (Path unfinished : AuditFiles.unfinished(directory, stem)) {
      Files.delete(unfinished);
    }
    remove(AuditFiles.segments(directory, stem), now);
    List<Path> closed = AuditFiles.segments(directory, stem);
    for (Path file : closed.subList(0, Math.max(0, closed.size() - 1))) {
      if (!AuditFiles.isCompressed(file)) {
        compress(file);
      }
    }
  }

  private void remove(List<Path> closed, Instant now) throws IOException {
    long bytes =
        AuditFiles.size(closed) + AuditFiles.size(List.of(AuditFiles.current(directory, stem)));
    int removable = 0;
    for (int k = 0; k + 1 < closed.size(); k++) {
      FirstLine rest = FirstLine.of(closed.get(k + 1));
      boolean tooMany = retention.keepBytes() > 0 && bytes > retention.keepBytes();
      boolean tooOld =
          retention.keepFor() != null && rest.time().isBefore(now.minus(retention.keepFor()));
      if (!tooMany && !tooOld) {
        break;
      }
      bytes -= Files.size(closed.get(k));
      if (rest.checkpoint() && (rest.signed() || !signed)) {
        removable = k + 1;
      }
    }
    for (Path file : closed.subList(0, removable)) {
      // A crash may have left both forms; the compressed one must not come back to life alone.
      Files.deleteIfExists(AuditFiles.compressed(file));
      Files.deleteIfExists(file);
      opener.forceDirectory(directory);
      log.info("Audit file {} was removed; the trail keeps what follows it", file.getFileName());
    }
  }

  /**
   * How a file begins.
   *
   * @param time of its first line, at which the file before it had ended; the latest possible where it cannot be read
   */
  private record FirstLine(Instant time, boolean checkpoint, boolean signed) {
    static FirstLine of(Path file) throws IOException {
      LineScanner scanner = new LineScanner();
      try (LineFile lines = LineFile.open(file)) {
        if (lines.advance() && scanner.scan(lines.buffer(), lines.from(), lines.to()) == null) {
          return new FirstLine(
              Instant.parse(scanner.time()),
              scanner.type().equals(SignatureCheck.CHECKPOINT),
              scanner.signature() != null);
        }
      } catch (DateTimeException e) {
        log.warn("Audit file {} begins with a line without time: {}", file, e.getMessage());
      }
      return new FirstLine(Instant.MAX, false, false);
    }
  }

  private void compress(Path file) throws IOException {
    Path target = AuditFiles.compressed(file);
    Path unfinished = AuditFiles.unfinished(target);
    MessageDigest written = HashChain.sha256();
    try (InputStream in = Files.newInputStream(file);
        AppendFile out = opener.open(unfinished)) {
      GZIPOutputStream zip = new GZIPOutputStream(stream(out), CHUNK);
      in.transferTo(new DigestOutputStream(zip, written));
      zip.finish();
      out.force();
    }
    MessageDigest read = HashChain.sha256();
    try (InputStream in = new GZIPInputStream(Files.newInputStream(unfinished), CHUNK)) {
      in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), read));
    }
    if (!MessageDigest.isEqual(written.digest(), read.digest())) {
      throw new IOException(unfinished + " does not have the bytes of " + file);
    }
    Files.move(
        unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    opener.forceDirectory(directory);
    Files.delete(file);
    opener.forceDirectory(directory);
  }

  private static OutputStream stream(AppendFile out) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        out.append(ByteBuffer.wrap(bytes, from, length));
      }
    };
  }
}
