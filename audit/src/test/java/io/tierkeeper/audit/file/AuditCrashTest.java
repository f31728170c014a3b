package io.tierkeeper.audit.file;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.HashChain;
import io.tierkeeper.audit.history.TrailEvent;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditCrashTest {

  @TempDir
  Path directory;

  private final MovableClock clock = new MovableClock(START);

  @AfterEach
  void everyLineFitsItsSchema() throws IOException {
    AuditSchemas.assertAllValid(directory);
  }

  @Test
  void goesOnAfterACrashAtEveryByteOfTheLastThreeLines() throws IOException {
    byte[] whole = trail(6);
    int thirdLast = startOfLine(whole, 3);
    for (int length = thirdLast; length <= whole.length; length++) {
      Path own = Files.createDirectory(directory.resolve("cut-" + length));
      Path file = own.resolve(STREAM.fileStem() + ".jsonl");
      Files.write(file, Arrays.copyOf(whole, length));
      try (JsonlAuditLog log = SampleTrail.open(own, clock)) {
        log.append(SampleTrail.event(100), Durability.BEFORE_MUTATION);
      }
      AuditReport report = AuditVerifier.verify(List.of(own), null);
      assertThat(report.fault()).as("cut to %d bytes", length).isNull();
      assertNothingDeleted(own, file, Arrays.copyOf(whole, length));
    }
  }

  /** Whole lines stay, the torn rest lies in its own file, and the gap line names it with length and hash. */
  private static void assertNothingDeleted(Path own, Path file, byte[] before) throws IOException {
    byte[] after = Files.readAllBytes(file);
    int kept = 0;
    for (int i = 0; i < before.length; i++) {
      kept = before[i] == '\n' ? i + 1 : kept;
    }
    assertThat(Arrays.copyOf(after, kept)).isEqualTo(Arrays.copyOf(before, kept));
    byte[] rest = Arrays.copyOfRange(before, kept, before.length);
    TrailEvent<GapData> line = gapLineIn(file);
    GapData.Gap gap = line.data().gap();
    assertThat(line.line().line()).isEqualTo(lines(before) + 1);
    if (rest.length == 0) {
      assertThat(gap.reason()).isEqualTo(GapData.Reason.RESTART);
      return;
    }
    assertThat(gap.reason()).isEqualTo(GapData.Reason.TORN_TAIL);
    GapData.TornTail torn = gap.torn().getFirst();
    assertThat(Files.readAllBytes(own.resolve(torn.file()))).isEqualTo(rest);
    assertThat(torn.length()).isEqualTo(rest.length);
    assertThat(torn.sha256()).isEqualTo(HashChain.sha256Hex(rest));
  }

  @Test
  void tellsOfATornTailAlsoWhenTheRestartItselfWasKilledBeforeTheGapLine() throws IOException {
    byte[] whole = trail(3);
    Path file = current();
    Files.write(file, Arrays.copyOf(whole, whole.length - 10));
    SampleTrail.open(directory, clock).close();
    // As if killed after the tail was cut off and before the gap line.
    Files.write(file, Arrays.copyOf(whole, startOfLine(whole, 1)));
    SampleTrail.open(directory, clock).close();
    assertThat(gapIn(file).reason()).isEqualTo(GapData.Reason.TORN_TAIL);
    assertThat(gapIn(file).torn()).hasSize(1);
    assertThat(AuditVerifier.verify(List.of(directory), null).ok()).isTrue();
  }

  @Test
  void takesBlocksThatNeverReachedTheDiskForATornTail() throws IOException {
    byte[] whole = trail(4);
    byte[] hole = whole.clone();
    Arrays.fill(hole, startOfLine(whole, 1) - 40, whole.length - 20, (byte) 0);
    Files.write(current(), hole);
    SampleTrail.open(directory, clock).close();
    assertThat(AuditVerifier.verify(List.of(directory), null).ok()).isTrue();
    assertThat(gapLineIn(current()).line().sequence()).isEqualTo(3);
  }

  @Test
  void neverSkipsABadLineInTheMiddle() throws IOException {
    byte[] whole = trail(5);
    byte[] changed = whole.clone();
    changed[startOfLine(whole, 3) + 30] ^= 1;
    Files.write(current(), changed);
    assertThatThrownBy(() -> SampleTrail.open(directory, clock))
        .isInstanceOfSatisfying(
            AuditUnavailableException.class,
            refused -> assertThat(refused.retryHelps()).isFalse())
        .hasMessageContaining("line 3")
        .hasMessageContaining("byte " + startOfLine(whole, 3));
    assertThat(Files.readAllBytes(current())).as("left as it was").isEqualTo(changed);
  }

  @Test
  void startsTheFirstFileAgainWhenItsFirstLineIsTorn() throws IOException {
    byte[] whole = trail(1);
    for (int length = 0; length < whole.length; length += 97) {
      Path own = Files.createDirectory(directory.resolve("first-" + length));
      Files.write(own.resolve(STREAM.fileStem() + ".jsonl"), Arrays.copyOf(whole, length));
      try (JsonlAuditLog log = SampleTrail.open(own, clock)) {
        log.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
      }
      AuditReport report = AuditVerifier.verify(List.of(own), null);
      assertThat(report.fault()).isNull();
      assertThat(report.firstSequence()).isEqualTo(1);
    }
  }

  @Test
  void goesOnAfterACrashAtEveryByteOfARotatedFilesFirstLine() throws IOException {
    AuditOptions rotating = OPTIONS.rotating(2_000, false);
    try (JsonlAuditLog log = JsonlAuditLog.open(directory, STREAM, WRITER, clock, rotating)) {
      while (names(directory).size() < 2) {
        log.append(SampleTrail.event((int) log.head().sequence()), Durability.GROUPED);
      }
    }
    byte[] whole = Files.readAllBytes(current());
    Path segment = directory.resolve(names(directory).getFirst());
    for (int length = -1; length < whole.length; length++) {
      Path own = Files.createDirectory(directory.resolve("rotated-" + length));
      Files.copy(segment, own.resolve(segment.getFileName()));
      if (length >= 0) {
        Files.write(own.resolve(STREAM.fileStem() + ".jsonl"), Arrays.copyOf(whole, length));
      }
      try (JsonlAuditLog log = JsonlAuditLog.open(own, STREAM, WRITER, clock, rotating)) {
        log.append(SampleTrail.event(100), Durability.BEFORE_MUTATION);
      }
      assertThat(AuditVerifier.verify(List.of(own), null).fault())
          .as("cut to %d bytes", length)
          .isNull();
    }
  }

  @Test
  void stopsAtAFailedFlushAndGoesOnInANewFile() throws IOException {
    CountingDisk disk = new CountingDisk();
    try (JsonlAuditLog log = JsonlAuditLog.open(directory, STREAM, WRITER, clock, OPTIONS, disk)) {
      log.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
      disk.failForce(true);
      assertThatThrownBy(() -> log.append(SampleTrail.event(1), Durability.BEFORE_MUTATION))
          .isInstanceOfSatisfying(
              AuditUnavailableException.class,
              refused -> assertThat(refused.retryHelps()).isTrue())
          .hasMessageContaining("Input/output error");
      assertThat(log.healthy()).isFalse();
      disk.failForce(false);
      assertThatThrownBy(() -> log.append(SampleTrail.event(2), Durability.GROUPED))
          .as("never again on that file")
          .isInstanceOf(AuditUnavailableException.class);
      log.reopen();
      assertThat(log.healthy()).isTrue();
      assertThat(log.append(SampleTrail.event(2), Durability.BEFORE_MUTATION).alreadyPresent())
          .isFalse();
    }
    assertThat(names(directory)).hasSize(2);
    assertThat(gapIn(current()).reason()).isEqualTo(GapData.Reason.WRITE_FAILED);
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  @Test
  void stopsOnAFullDiskAndKeepsTheHalfLine() throws IOException {
    CountingDisk disk = new CountingDisk();
    try (JsonlAuditLog log = JsonlAuditLog.open(directory, STREAM, WRITER, clock, OPTIONS, disk)) {
      log.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
      disk.fullAfter(100);
      assertThatThrownBy(() -> log.append(SampleTrail.event(1), Durability.GROUPED))
          .isInstanceOf(AuditUnavailableException.class)
          .hasMessageContaining("No space left");
      assertThatThrownBy(log::reopen).isInstanceOf(AuditUnavailableException.class);
      assertThat(log.healthy()).isFalse();
      disk.fullAfter(Integer.MAX_VALUE);
      log.reopen();
      assertThat(log.append(SampleTrail.event(1), Durability.BEFORE_MUTATION).alreadyPresent())
          .isFalse();
    }
    assertThat(names(directory)).anyMatch(name -> name.endsWith(".torn"));
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
  }

  private byte[] trail(int lines) throws IOException {
    Path elsewhere = Files.createTempDirectory(directory, "whole");
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    try (JsonlAuditLog log = SampleTrail.open(elsewhere, clock)) {
      for (int k = 0; k < lines; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      written.writeBytes(Files.readAllBytes(log.currentFile()));
    }
    return written.toByteArray();
  }

  private Path current() {
    return directory.resolve(STREAM.fileStem() + ".jsonl");
  }

  private static int startOfLine(byte[] content, int fromTheEnd) {
    int at = content.length - 1;
    for (int passed = 0; at > 0; at--) {
      if (content[at - 1] == '\n' && ++passed == fromTheEnd) {
        return at;
      }
    }
    return 0;
  }

  private static long lines(byte[] content) {
    return new String(content, StandardCharsets.UTF_8)
        .chars()
        .filter(c -> c == '\n')
        .count();
  }

  private static GapData.Gap gapIn(Path file) throws IOException {
    return gapLineIn(file).data().gap();
  }

  private static TrailEvent<GapData> gapLineIn(Path file) throws IOException {
    return TrailHistory.of(List.of(file)).last(GapData.class).orElseThrow();
  }

  private static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> String.valueOf(file.getFileName()))
          .sorted()
          .toList();
    }
  }
}
