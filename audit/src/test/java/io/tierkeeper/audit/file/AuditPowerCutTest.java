package io.tierkeeper.audit.file;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left when a machine loses power: every line that a mutation was announced in. */
class AuditPowerCutTest {

  private static final int EVENTS = 14;

  /** Small files and many checkpoints, so that power is cut in the middle of everything. */
  private static final AuditOptions BUSY =
      OPTIONS.rotating(4_000, false).checkpointing(5, Duration.ofDays(1));

  @TempDir
  Path root;

  private final MovableClock clock = new MovableClock(START);

  @AfterEach
  void everyLineFitsItsSchema() throws IOException {
    AuditSchemas.assertAllValid(root);
  }

  @Test
  void keepsEveryAnnouncedDeedOverAPowerCutAtAnyTime() throws IOException {
    for (int events = 1; events <= EVENTS; events++) {
      Path directory = root.resolve("cut-" + events);
      PowerCutDisk disk = new PowerCutDisk();
      List<String> promised = new ArrayList<>();
      JsonlAuditLog log = open(directory, disk);
      for (int k = 0; k < events; k++) {
        append(log, k, promised);
      }
      disk.cutPower(directory);
      assertKept(directory, disk, promised, "power cut after " + events);
    }
  }

  @Test
  void keepsEveryAnnouncedDeedOverAFailedFlushAndThenAPowerCut() throws IOException {
    int failures = 0;
    for (int failing = 1; failing <= 2 * EVENTS; failing++) {
      Path directory = root.resolve("flush-" + failing);
      PowerCutDisk disk = new PowerCutDisk();
      disk.failFlushAfter(failing);
      failures += assertGoesOn(directory, disk, "flush " + failing + " failed");
    }
    assertThat(failures).isGreaterThan(EVENTS / 2);
  }

  @Test
  void keepsEveryAnnouncedDeedOverAFullDiskAndThenAPowerCut() throws IOException {
    int failures = 0;
    for (int full = 1; full <= 2 * EVENTS; full++) {
      Path directory = root.resolve("full-" + full);
      PowerCutDisk disk = new PowerCutDisk();
      disk.fullAfter(full);
      failures += assertGoesOn(directory, disk, "append " + full + " found no space");
    }
    assertThat(failures).isGreaterThan(EVENTS);
  }

  @Test
  void staysStoppedWhileTheDiskFailsAgain() throws IOException {
    Path directory = root.resolve("again");
    PowerCutDisk disk = new PowerCutDisk();
    List<String> promised = new ArrayList<>();
    JsonlAuditLog log = open(directory, disk);
    append(log, 0, promised);
    disk.failFlushAfter(0);
    assertThatThrownBy(() -> append(log, 1, promised))
        .isInstanceOf(AuditUnavailableException.class);
    for (int flushes = 0; flushes < 2; flushes++) {
      disk.failFlushAfter(flushes);
      assertThatThrownBy(log::reopen)
          .isInstanceOfSatisfying(
              AuditUnavailableException.class,
              refused -> assertThat(refused.retryHelps()).isTrue());
      assertThat(log.healthy()).isFalse();
    }
    disk.repair();
    log.reopen();
    append(log, 1, promised);
    disk.cutPower(directory);
    assertKept(directory, disk, promised, "failed three times");
  }

  /** Writes on whatever happens, as the operator does, then cuts the power; how often the disk failed. */
  private int assertGoesOn(Path directory, PowerCutDisk disk, String what) throws IOException {
    List<String> promised = new ArrayList<>();
    int failures = 0;
    JsonlAuditLog log = open(directory, disk);
    for (int k = 0; k < EVENTS; ) {
      try {
        append(log, k, promised);
        k++;
      } catch (AuditUnavailableException e) {
        failures++;
        assertThat(e.retryHelps()).as(what).isTrue();
        disk.repair();
        log.reopen();
      }
    }
    disk.repair();
    disk.cutPower(directory);
    assertKept(directory, disk, promised, what);
    return failures;
  }

  private void assertKept(Path directory, PowerCutDisk disk, List<String> promised, String what)
      throws IOException {
    try (JsonlAuditLog again = open(directory, disk)) {
      assertThat(again.healthy()).isTrue();
    }
    AuditReport report = AuditVerifier.verify(List.of(directory), null);
    assertThat(report.fault()).as(what).isNull();
    assertThat(report.firstSequence()).as(what).isEqualTo(1);
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      List<String> kept = lines.map(AuditLine::id).collect(Collectors.toList());
      assertThat(kept).as(what).containsAll(promised).doesNotHaveDuplicates();
    }
  }

  /** Two of three announce a mutation; a promise is kept from when append has returned. */
  private static void append(JsonlAuditLog log, int k, List<String> promised) {
    AuditEvent event = SampleTrail.event(k);
    boolean mutation = k % 3 != 2;
    log.append(event, mutation ? Durability.BEFORE_MUTATION : Durability.GROUPED);
    if (mutation) {
      promised.add(event.id());
    }
  }

  private JsonlAuditLog open(Path directory, PowerCutDisk disk) throws IOException {
    Files.createDirectories(directory);
    return JsonlAuditLog.open(directory, STREAM, WRITER, clock, BUSY, disk);
  }
}
