package io.tierkeeper.audit.file;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.AuditSigningKey;
import io.tierkeeper.audit.chain.SampleKeys;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Closed files are compressed and removed, and what is left verifies, wherever a crash interrupts that. */
class TrailRetentionTest {

  private static final AuditOptions.Retention ALL = AuditOptions.Retention.UNLIMITED;
  private static final AuditOptions SMALL = OPTIONS.rotating(4_000, false);
  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir
  Path directory;

  @TempDir
  Path keys;

  private final MovableClock clock = new MovableClock(START);

  @Test
  void compressesAllClosedFilesButTheLast() throws IOException {
    write(directory, SMALL, 40);
    List<AuditLine> before = lines(directory);
    keep(directory, ALL, false).run(clock.instant());
    List<Path> files = STREAM.files(directory);
    assertThat(files).hasSizeGreaterThan(6);
    assertThat(files.subList(0, files.size() - 2)).allMatch(AuditFiles::isCompressed);
    assertThat(files.subList(files.size() - 2, files.size())).noneMatch(AuditFiles::isCompressed);
    assertThat(names(directory)).hasSameSizeAs(files);
    assertThat(lines(directory))
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("file")
        .isEqualTo(before);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
    write(directory, SMALL, 60);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  @Test
  void removesWhatIsTooOld() throws IOException {
    for (int k = 0; k < 40; k++) {
      write(directory, SMALL, k, k + 1);
      clock.move(HOUR);
    }
    List<AuditLine> before = lines(directory);
    keep(directory, new AuditOptions.Retention(Duration.ofHours(10), 0), false)
        .run(clock.instant());
    List<AuditLine> left = lines(directory);
    assertThat(left).hasSizeLessThan(before.size() / 2);
    assertThat(left.getFirst().time())
        .as("all of the last ten hours are there")
        .isBefore(clock.instant().minus(Duration.ofHours(10)));
    AuditReport report = AuditVerifier.verify(List.of(directory), null);
    assertThat(report.fault()).isNull();
    assertThat(report.firstSequence()).isEqualTo(left.getFirst().sequence()).isGreaterThan(1);
    assertThat(report.head().sequence()).isEqualTo(before.getLast().sequence());
    write(directory, SMALL, 50, 60);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  @Test
  void removesTheOldestWhereThereIsTooMuch() throws IOException {
    write(directory, SMALL, 80);
    long all = STREAM.size(directory);
    keep(directory, new AuditOptions.Retention(null, all / 2), false).run(clock.instant());
    assertThat(STREAM.size(directory)).isLessThanOrEqualTo(all / 2);
    AuditReport report = AuditVerifier.verify(List.of(directory), null);
    assertThat(report.fault()).isNull();
    assertThat(report.firstSequence()).isGreaterThan(1);
    keep(directory, new AuditOptions.Retention(Duration.ZERO, 1), false)
        .run(clock.instant().plus(HOUR));
    assertThat(STREAM.files(directory)).as("needed at the next start").hasSize(2);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  @Test
  void letsTheRestBeginWithASignedCheckpointWhereThereIsAKey() throws IOException {
    AuditSigningKey key = SampleKeys.signing(keys, SampleKeys.FIRST_SEED);
    write(directory, SMALL, 40);
    int unsigned = STREAM.files(directory).size();
    keep(directory, new AuditOptions.Retention(null, 1), true).run(clock.instant());
    assertThat(STREAM.files(directory)).as("no checkpoint to begin with").hasSize(unsigned);
    write(directory, SMALL.signing(key), 40, 80);
    keep(directory, new AuditOptions.Retention(null, 1), true).run(clock.instant());
    assertThat(STREAM.files(directory)).hasSize(2);
    List<AuditPublicKey> publicKeys =
        List.of(AuditPublicKey.read(SampleKeys.publicKey(keys, SampleKeys.FIRST_PUBLIC)));
    AuditReport report = AuditVerifier.verify(List.of(directory), null, publicKeys, true, STREAM);
    assertThat(report.fault()).isNull();
    assertThat(report.firstSequence()).isGreaterThan(1);
  }

  @Test
  void findsAFileThatIsMissingInTheMiddle() throws IOException {
    write(directory, SMALL, 60);
    keep(directory, ALL, false).run(clock.instant());
    List<Path> files = STREAM.files(directory);
    Files.delete(files.get(2));
    assertThat(AuditVerifier.verify(List.of(directory), null).fault())
        .extracting(AuditFault::kind)
        .isEqualTo(AuditFault.Kind.DROPPED);
  }

  @Test
  void namesACompressedFileThatIsDamaged() throws IOException {
    write(directory, SMALL, 40);
    keep(directory, ALL, false).run(clock.instant());
    Path file = STREAM.files(directory).get(1);
    byte[] content = Files.readAllBytes(file);
    for (int cut : new int[] {0, 5, content.length / 2, content.length - 1}) {
      Files.write(file, java.util.Arrays.copyOf(content, cut));
      AuditFault fault =
          Objects.requireNonNull(AuditVerifier.verify(List.of(directory), null).fault());
      assertThat(fault.file()).isEqualTo(file);
    }
    content[content.length / 2] ^= 1;
    Files.write(file, content);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault())
        .extracting(AuditFault::file)
        .isEqualTo(file);
  }

  @Test
  void losesNothingWhereverItIsInterrupted() throws IOException {
    AuditOptions.Retention half = new AuditOptions.Retention(null, 20_000);
    int steps = 0;
    boolean interrupted = true;
    for (int step = 0; interrupted; step++) {
      steps = step;
      Path own = Files.createDirectory(directory.resolve("step-" + step));
      write(own, SMALL, 60);
      List<AuditLine> before = lines(own);
      interrupted = interrupted(own, half, new FailingDisk(step));
      AuditReport report = AuditVerifier.verify(List.of(own), null);
      assertThat(report.fault()).as("after step %d", step).isNull();
      assertThat(report.head().sequence()).isEqualTo(before.getLast().sequence());
      write(own, SMALL.withRetention(half), 60, 61);
      assertThat(names(own)).noneMatch(name -> name.endsWith(".unfinished"));
      assertThat(names(own)).as("each file once").hasSameSizeAs(STREAM.files(own));
      assertThat(AuditVerifier.verify(List.of(own), null).fault()).isNull();
      List<Path> files = STREAM.files(own);
      assertThat(files.subList(0, files.size() - 2)).allMatch(AuditFiles::isCompressed);
    }
    assertThat(steps).as("each removal and each compression has steps").isGreaterThan(20);
  }

  private boolean interrupted(Path own, AuditOptions.Retention retention, FailingDisk disk) {
    try {
      new TrailRetention(own, STREAM, retention, false, disk).run(clock.instant());
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void opensATrailWhoseLastClosedFileWasCompressedByHand() throws IOException {
    write(directory, SMALL, 20);
    Path last = STREAM.files(directory).reversed().get(1);
    try (OutputStream out =
        new GZIPOutputStream(Files.newOutputStream(AuditFiles.compressed(last)))) {
      Files.copy(last, out);
    }
    Files.delete(last);
    write(directory, SMALL, 20, 22);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  @Test
  void runsAfterAFileWasClosedAndOnceAnHour() throws IOException {
    AuditOptions.Retention day = new AuditOptions.Retention(Duration.ofHours(24), 0);
    try (JsonlAuditLog log =
        JsonlAuditLog.open(directory, STREAM, WRITER, clock, SMALL.withRetention(day))) {
      for (int k = 0; k < 30; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      log.tick();
      List<Path> files = STREAM.files(directory);
      assertThat(files.subList(0, files.size() - 2)).allMatch(AuditFiles::isCompressed);
      clock.move(Duration.ofHours(25));
      log.tick();
      assertThat(STREAM.files(directory)).hasSizeLessThan(4);
    }
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  @Test
  void toleratesAFileSystemThatCannotFlushADirectory() throws IOException {
    List<Path> flushed = new ArrayList<>();
    DirectoryFlush refusing = new DirectoryFlush(path -> {
      flushed.add(path);
      throw new IOException("Invalid argument");
    });
    refusing.force(directory);
    refusing.force(directory);
    assertThat(flushed).hasSize(2);
    assertThat(refusing.reported()).isTrue();
    DirectoryFlush failing = new DirectoryFlush(path -> {
      throw new IOException("Input/output error");
    });
    assertThatThrownBy(() -> failing.force(directory)).hasMessage("Input/output error");
    assertThat(failing.reported()).isFalse();
  }

  /** Fails at a step, and at each one after it, as for a process that has ended. */
  private static final class FailingDisk implements AppendFile.Opener {
    private int left;

    FailingDisk(int left) {
      this.left = left;
    }

    private void step() throws IOException {
      if (left-- <= 0) {
        throw new IOException("crash");
      }
    }

    @Override
    public AppendFile open(Path path) throws IOException {
      step();
      AppendFile file = AppendFile.open(path);
      return new AppendFile() {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
          step();
          file.append(bytes);
        }

        @Override
        public void force() throws IOException {
          step();
          file.force();
        }

        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public void close() throws IOException {
          file.close();
        }
      };
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
      step();
      AppendFile.forceDirectory(directory);
    }
  }

  private TrailRetention keep(Path where, AuditOptions.Retention retention, boolean signed) {
    return new TrailRetention(where, STREAM, retention, signed, AppendFile::open);
  }

  private void write(Path where, AuditOptions options, int to) {
    write(where, options, 0, to);
  }

  private void write(Path where, AuditOptions options, int from, int to) {
    try (JsonlAuditLog log = JsonlAuditLog.open(where, STREAM, WRITER, clock, options)) {
      for (int k = from; k < to; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      log.tick();
    } catch (AuditUnavailableException e) {
      throw new AssertionError(e);
    }
  }

  private static List<AuditLine> lines(Path where) throws IOException {
    try (Stream<AuditLine> lines = TrailHistory.of(STREAM.files(where)).lines()) {
      return lines.toList();
    }
  }

  private static List<String> names(Path where) throws IOException {
    try (Stream<Path> files = Files.list(where)) {
      return files.map(file -> String.valueOf(file.getFileName())).sorted().toList();
    }
  }
}
