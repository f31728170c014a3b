package io.tierkeeper.audit.verify;

import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.ChainPosition;
import io.tierkeeper.audit.chain.LineScanner;
import io.tierkeeper.audit.chain.SignatureCheck;
import io.tierkeeper.audit.file.AuditFiles;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.file.LineFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain through all files of a trail and names the first bad line.
 *
 * <p>Reads each file once, with memory for one line. Only when a line is bad, what follows is looked at to tell a
 * dropped line from one that was moved. Without a checkpoint from elsewhere a cut tail cannot be seen, and without
 * signatures neither a chain that was written anew as a whole.
 */
public final class AuditVerifier {

  /** So often the files are listed again that were there and are not. */
  private static final int ATTEMPTS = 5;

  private static final String CANNOT_BE_DECOMPRESSED =
      "the file cannot be decompressed from here on";

  private final LineFile.Source source;
  private final SignatureCheck signatures;
  private final boolean allSigned;
  private final @Nullable AuditStream stream;
  private final Tally tally = new Tally();
  private SignedCoverage coverage;
  private long verified;

  private AuditVerifier(
      LineFile.Source source,
      SignatureCheck signatures,
      boolean allSigned,
      @Nullable AuditStream stream) {
    this.source = source;
    this.signatures = signatures;
    this.allSigned = allSigned;
    this.stream = stream;
    coverage = new SignedCoverage(allSigned);
  }

  /**
   * Verifies all trails in files and directories.
   *
   * @param checkpoint from the status or an archive; null when there is none
   * @throws IllegalArgumentException when a path does not exist, or a checkpoint comes with several trails
   * @throws IOException when a file cannot be read
   */
  public static AuditReport verify(List<Path> paths, @Nullable AuditCheckpoint checkpoint)
      throws IOException {
    return verify(paths, checkpoint, List.of(), false, null);
  }

  /**
   * Verifies all trails in files and directories, and the signatures of their checkpoints.
   *
   * @param checkpoint from the status or an archive; null when there is none. Its own signature is verified too
   * @param keys those that may have signed; with none no signature is looked at
   * @param allSigned whether a checkpoint without signature is a fault, and lines that no signed checkpoint covers
   * @param stream whose trail it must be; null for any. A file with an operator's name must hold the trail that it names
   * @throws IllegalArgumentException when a path does not exist, a checkpoint comes with several trails, or signatures
   *     are asked for without a key
   * @throws IOException when a file cannot be read
   */
  public static AuditReport verify(
      List<Path> paths,
      @Nullable AuditCheckpoint checkpoint,
      List<AuditPublicKey> keys,
      boolean allSigned,
      @Nullable AuditStream stream)
      throws IOException {
    if (allSigned && keys.isEmpty()) {
      throw new IllegalArgumentException("keys: none, though every checkpoint must be signed");
    }
    return verify(
        paths,
        checkpoint,
        new SignatureCheck(
            keys,
            allSigned
                ? SignatureCheck.Strictness.ALL_SIGNED
                : SignatureCheck.Strictness.GIVEN_KEYS),
        allSigned,
        stream,
        Files::newInputStream);
  }

  static AuditReport verify(
      List<Path> paths, @Nullable AuditCheckpoint checkpoint, LineFile.Source source)
      throws IOException {
    return verify(
        paths,
        checkpoint,
        new SignatureCheck(List.of(), SignatureCheck.Strictness.GIVEN_KEYS),
        false,
        null,
        source);
  }

  private static AuditReport verify(
      List<Path> paths,
      @Nullable AuditCheckpoint checkpoint,
      SignatureCheck signatures,
      boolean allSigned,
      @Nullable AuditStream stream,
      LineFile.Source source)
      throws IOException {
    for (int attempt = 1; ; attempt++) {
      Map<String, List<Path>> trails = AuditFiles.trails(paths);
      if (checkpoint != null && trails.size() != 1) {
        throw new IllegalArgumentException("checkpoint: belongs to one trail, but files of "
            + trails.size() + " were given: " + trails.keySet());
      }
      try {
        AuditReport report = new AuditVerifier(source, signatures, allSigned, stream)
            .verifyTrails(trails.values(), checkpoint);
        if (report.ok() || attempt == ATTEMPTS || AuditFiles.trails(paths).equals(trails)) {
          return report;
        }
      } catch (NoSuchFileException e) {
        if (attempt == ATTEMPTS || AuditFiles.trails(paths).equals(trails)) {
          throw e;
        }
      }
      // Its operator has begun, compressed or removed a file meanwhile.
    }
  }

  private AuditReport verifyTrails(
      Collection<List<Path>> trails, @Nullable AuditCheckpoint checkpoint) throws IOException {
    ChainPosition position = new ChainPosition();
    for (List<Path> files : trails) {
      position = new ChainPosition();
      AuditFault fault = verifyTrail(files, position, checkpoint);
      if (fault != null) {
        return report(position, fault);
      }
    }
    return report(position, null);
  }

  private @Nullable AuditFault verifyTrail(
      List<Path> files, ChainPosition position, @Nullable AuditCheckpoint checkpoint)
      throws IOException {
    LineScanner scanner = new LineScanner();
    coverage = new SignedCoverage(allSigned);
    AuditFault last = null;
    boolean checkpointMet = checkpoint == null || checkpoint.size() == 0;
    for (Path file : files) {
      AuditFault behind =
          new AuditFault(file, 1, 0, AuditFault.Kind.MALFORMED, CANNOT_BE_DECOMPRESSED);
      try (LineFile lines = LineFile.open(file, source)) {
        while (lines.advance()) {
          behind = new AuditFault(
              file,
              lines.number() + 1,
              lines.offset() + lines.to() - lines.from() + 1,
              AuditFault.Kind.MALFORMED,
              CANNOT_BE_DECOMPRESSED);
          AuditFault fault = judge(lines, scanner, position, files);
          if (fault == null && checkpoint != null) {
            fault = compare(lines, scanner, position, checkpoint);
          }
          if (fault == null) {
            fault = covered(lines, scanner, position, checkpoint);
          }
          if (fault != null) {
            return fault;
          }
          if (coverage.atEnd() instanceof String sentence) {
            last = fault(lines, AuditFault.Kind.UNSIGNED, sentence);
          }
          checkpointMet |= checkpoint != null
              && (scanner.sequence() == checkpoint.size()
                  || beginsBehind(scanner, position, checkpoint));
          tally.count(scanner.type());
        }
      } catch (ZipException | EOFException e) {
        return behind;
      }
    }
    if (checkpoint != null && !checkpointMet) {
      return missedCheckpoint(files, position, checkpoint);
    }
    return coverage.atEnd() == null ? null : last;
  }

  private AuditReport report(ChainPosition position, @Nullable AuditFault fault) {
    return tally.report(position, signatures, coverage.lines(), fault);
  }

  /** Judges whether signed checkpoints come as often as the operator writes them. */
  private @Nullable AuditFault covered(
      LineFile lines,
      LineScanner scanner,
      ChainPosition position,
      @Nullable AuditCheckpoint checkpoint) {
    boolean given = checkpoint != null && checkpoint.signature() != null;
    boolean signed = signatures.counts().verified() > verified;
    verified = signatures.counts().verified();
    if (given && beginsBehind(scanner, position, Objects.requireNonNull(checkpoint))) {
      coverage.signed();
    }
    if (signed
        || given && scanner.sequence() == Objects.requireNonNull(checkpoint).size()) {
      coverage.signed();
      return null;
    }
    String sentence = coverage.unsigned(scanner.time());
    return sentence == null ? null : fault(lines, AuditFault.Kind.UNSIGNED, sentence);
  }

  /** Whether the trail is that of the collection that was named, and the one that the file's name means. */
  private @Nullable AuditFault foreign(LineFile lines, LineScanner scanner) {
    String found = scanner.source();
    if (stream != null && !found.equals(stream.source())) {
      return fault(
          lines,
          AuditFault.Kind.FOREIGN,
          "it is of the trail of " + found + ", not of " + stream.source());
    }
    return AuditFiles.isNamedAfter(lines.path(), found)
        ? null
        : fault(
            lines,
            AuditFault.Kind.FOREIGN,
            "it is of the trail of " + found + ", not of the one that the file is named after");
  }

  /** Compares a good line with the checkpoint from elsewhere. */
  private @Nullable AuditFault compare(
      LineFile lines, LineScanner scanner, ChainPosition position, AuditCheckpoint checkpoint) {
    if (scanner.sequence() == position.firstSequence()) {
      String forged = signatures.judge(checkpoint, scanner.source());
      if (forged != null) {
        return fault(lines, AuditFault.Kind.FORGED, "the given checkpoint: " + forged);
      }
    }
    if (beginsBehind(scanner, position, checkpoint)
        && !scanner.prevHash().equals(checkpoint.headHash())) {
      return fault(
          lines, AuditFault.Kind.CHANGED, "it does not continue from the line in the checkpoint");
    }
    if (scanner.sequence() == checkpoint.size()
        && !scanner.entryHash().equals(checkpoint.headHash())) {
      return fault(
          lines,
          AuditFault.Kind.CHANGED,
          "the checkpoint has another hash for sequence " + checkpoint.size()
              + ": the chain up to here was written anew");
    }
    return null;
  }

  /** Whether the line is the first one given and follows the checkpoint's, as after the loss of a volume. */
  private static boolean beginsBehind(
      LineScanner scanner, ChainPosition position, AuditCheckpoint checkpoint) {
    return scanner.sequence() == position.firstSequence()
        && scanner.sequence() == checkpoint.size() + 1;
  }

  private AuditFault missedCheckpoint(
      List<Path> files, ChainPosition position, AuditCheckpoint checkpoint) throws IOException {
    Path last = files.getLast();
    long lines = 0;
    try (LineFile file = LineFile.open(last, source)) {
      while (file.advance()) {
        lines++;
      }
    }
    String sentence = position.head().sequence() < checkpoint.size()
        ? "the chain ends at sequence " + position.head().sequence()
            + ", but the checkpoint counts " + checkpoint.size() + " lines"
        : "the chain begins at sequence " + position.firstSequence() + ", behind the checkpoint's "
            + checkpoint.size() + ": give the earlier files too, unless they were removed";
    return new AuditFault(last, lines, Files.size(last), AuditFault.Kind.CUT, sentence);
  }

  private @Nullable AuditFault judge(
      LineFile lines, LineScanner scanner, ChainPosition position, List<Path> files)
      throws IOException {
    if (!lines.terminated()) {
      return fault(lines, AuditFault.Kind.TORN, "the line does not end in a line feed");
    }
    String badForm = scanner.scan(lines.buffer(), lines.from(), lines.to());
    ChainPosition.Misfit misfit = badForm != null
        ? new ChainPosition.Misfit(AuditFault.Kind.MALFORMED, badForm)
        : position.follow(scanner, lines.number() == 1);
    if (misfit != null) {
      return withHindsight(lines, scanner, misfit, position.head(), files);
    }
    boolean checkpoint = scanner.type().equals(SignatureCheck.CHECKPOINT);
    if (lines.number() == 1 || checkpoint) {
      AuditFault foreign = foreign(lines, scanner);
      if (foreign != null) {
        return foreign;
      }
    }
    if (checkpoint) {
      misfit = signatures.judge(scanner);
    }
    return misfit == null ? null : fault(lines, misfit.kind(), misfit.sentence());
  }

  /** The fault, its kind corrected by what lies behind the bad line. */
  private AuditFault withHindsight(
      LineFile lines,
      LineScanner bad,
      ChainPosition.Misfit misfit,
      AuditHead head,
      List<Path> files)
      throws IOException {
    boolean early = misfit.kind() == AuditFault.Kind.DROPPED;
    Hindsight behind = lookBehind(lines, early ? bad.entryHash() : null, head, files);
    if (early ? behind.fitsAt() != null && behind.comesAgain() : behind.nextFits()) {
      return fault(
          lines,
          AuditFault.Kind.INSERTED,
          "the line does not belong here; the chain continues after it (" + misfit.sentence()
              + ")");
    }
    if (early && behind.fitsAt() != null) {
      return fault(
          lines,
          AuditFault.Kind.REORDERED,
          "it comes too early: sequence " + (head.sequence() + 1) + ", which belongs here, is "
              + behind.fitsAt());
    }
    return fault(lines, misfit.kind(), misfit.sentence());
  }

  /**
   * What lies behind a bad line.
   *
   * @param nextFits the very next line goes on with the chain
   * @param fitsAt where the line that belongs in the bad one's place is; null when it is gone
   * @param comesAgain the bad line itself comes a second time
   */
  private record Hindsight(boolean nextFits, @Nullable String fitsAt, boolean comesAgain) {}

  /** Looks at all lines behind when a hash to look for is given, else at the next one only. */
  private Hindsight lookBehind(
      LineFile bad, @Nullable String entryHash, AuditHead head, List<Path> files)
      throws IOException {
    LineScanner scanner = new LineScanner();
    String fitsAt = null;
    boolean nextFits = false;
    boolean comesAgain = false;
    boolean next = true;
    for (Path file : files.subList(files.indexOf(bad.path()), files.size())) {
      try (LineFile later = LineFile.open(file, source)) {
        while (later.advance() && (next || entryHash != null)) {
          if (file.equals(bad.path()) && later.number() <= bad.number()) {
            continue;
          }
          if (scanner.scan(later.buffer(), later.from(), later.to()) == null
              && scanner.hashFits()) {
            if (fitsAt == null && scanner.prevHash().equals(head.headHash())) {
              fitsAt = "line " + later.number() + " of " + file.getFileName();
              nextFits = next;
            }
            comesAgain |= scanner.entryHash().equals(entryHash);
          }
          next = false;
        }
      } catch (ZipException | EOFException e) {
        // Nothing behind it can be read; a fault was found before.
        break;
      }
    }
    return new Hindsight(nextFits, fitsAt, comesAgain);
  }

  private static AuditFault fault(LineFile lines, AuditFault.Kind kind, String sentence) {
    return new AuditFault(lines.path(), lines.number(), lines.offset(), kind, sentence);
  }

  /** Good lines by type. */
  private static final class Tally {
    private final SortedMap<String, Long> counts = new TreeMap<>();
    private long lines;

    void count(String type) {
      lines++;
      counts.merge(type, 1L, Long::sum);
    }

    AuditReport report(
        ChainPosition position,
        SignatureCheck signatures,
        long behindSignature,
        @Nullable AuditFault fault) {
      return new AuditReport(
          fault == null,
          lines,
          counts,
          position.firstSequence(),
          position.head(),
          signatures.counts(),
          behindSignature,
          fault);
    }
  }
}
