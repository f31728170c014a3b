package io.tierkeeper.audit.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each file begins with all that its lines are to be understood from, and never in the middle of what belongs together. */
class FileBeginningTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private final MovableClock clock = new MovableClock(SampleTrail.START);
  private final List<AuditEvent> written = new ArrayList<>();

  /** A Full in so many parts, each of more than 1,000 bytes. */
  private AuditSink.Beginning full(int parts) {
    return new AuditSink.Beginning() {
      @Override
      public Iterator<AuditEvent> events(AuditHead head) {
        return IntStream.rangeClosed(1, parts)
            .mapToObj(
                part -> part("full@" + head.sequence(), CompositionData.Form.FULL, part, parts))
            .iterator();
      }

      @Override
      public void written(AuditEvent event) {
        written.add(event);
      }
    };
  }

  private static AuditEvent part(String set, CompositionData.Form form, int part, int parts) {
    CompositionData sample = (CompositionData) SampleTrail.full(0, "acme").data();
    return new AuditEvent(
        set + "/" + part,
        "collection/kb",
        SampleTrail.START,
        new CompositionData(
            sample.object(), set, form, part, parts, sample.composition(), List.of()));
  }

  private static AuditEvent measurement(String id, int parts) {
    MeasurementData sample = (MeasurementData) SampleTrail.event(0).data();
    return new AuditEvent(
        id,
        "collection/kb",
        SampleTrail.START,
        new MeasurementData(
            sample.object(),
            sample.policy(),
            sample.collection(),
            sample.metric(),
            sample.totalPoints(),
            sample.tenantCount(),
            parts,
            1,
            sample.digest(),
            sample.top(),
            sample.summary()));
  }

  private JsonlAuditLog open(long rotateBytes) {
    return JsonlAuditLog.open(
        directory,
        SampleTrail.STREAM,
        SampleTrail.WRITER,
        clock,
        SampleTrail.OPTIONS.rotating(rotateBytes, true));
  }

  private AuditEvent move(int k) {
    AuditEvent sample = SampleTrail.event(7 * k + 3);
    return new AuditEvent(sample.id(), sample.subject(), clock.instant(), sample.data());
  }

  /** Without the checkpoints that come after some time. */
  private static List<AuditType> types(Path file) throws IOException {
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      return lines
          .filter(line -> line.line() == 1 || line.type() != AuditType.CHECKPOINT)
          .map(AuditLine::type)
          .toList();
    }
  }

  private List<Path> files() throws IOException {
    assertThat(AuditVerifier.verify(List.of(directory), null).fault()).isNull();
    return SampleTrail.STREAM.files(directory);
  }

  @Test
  void isInEachFileAndOnceMoreAfterAStart() throws IOException {
    try (JsonlAuditLog log = open(1 << 20)) {
      log.beginFilesWith(full(2));
      log.append(move(0), Durability.GROUPED);
      log.append(move(1), Durability.GROUPED);
      clock.move(Duration.ofDays(1));
      log.append(move(2), Durability.GROUPED);
      log.beginAgain();
      log.append(move(3), Durability.GROUPED);
    }
    try (JsonlAuditLog log = open(1 << 20)) {
      log.append(move(4), Durability.GROUPED);
      log.beginFilesWith(full(1));
      log.append(move(5), Durability.GROUPED);
    }
    AuditType full = AuditType.COMPOSITION;
    AuditType move = AuditType.MOVE;
    assertThat(types(files().getFirst())).containsExactly(full, full, move, move);
    assertThat(types(files().getLast()))
        .containsExactly(
            AuditType.CHECKPOINT,
            full,
            full,
            move,
            full,
            full,
            move,
            AuditType.GAP,
            move,
            full,
            move);
    assertThat(written).extracting(AuditEvent::type).contains(full, move, AuditType.CHECKPOINT);
  }

  @Test
  void mayBeBiggerThanAFileWithoutAnotherFileForEachLine() throws IOException {
    try (JsonlAuditLog log = open(3_000)) {
      log.beginFilesWith(full(20));
      for (int k = 0; k < 40; k++) {
        log.append(move(k), Durability.GROUPED);
      }
    }
    List<Path> files = files();
    assertThat(files).hasSizeBetween(8, 16);
    for (Path file : files) {
      assertThat(types(file)).filteredOn(AuditType.COMPOSITION::equals).hasSize(20);
      assertThat(Files.size(file)).isGreaterThan(20_000);
    }
  }

  @Test
  void isNotInTheMiddleOfADeltaWhoeverWritesMeanwhile() throws IOException {
    try (JsonlAuditLog log = open(1 << 20)) {
      log.beginFilesWith(full(1));
      log.append(part("m", CompositionData.Form.DELTA, 1, 2), Durability.GROUPED);
      clock.move(Duration.ofDays(1));
      log.append(move(0), Durability.GROUPED);
      log.beginAgain();
      log.append(part("m", CompositionData.Form.DELTA, 2, 2), Durability.GROUPED);
      log.append(move(1), Durability.GROUPED);
      log.append(measurement("m", 2), Durability.GROUPED);
      log.append(move(2), Durability.GROUPED);
    }
    AuditType part = AuditType.COMPOSITION;
    AuditType move = AuditType.MOVE;
    assertThat(types(files().getFirst()))
        .containsExactly(part, part, move, part, move, AuditType.MEASUREMENT);
    assertThat(types(files().getLast())).containsExactly(AuditType.CHECKPOINT, part, move);
  }

  @Test
  void comesBeforeTheNextDeltaWhereTheLastOneWasNotFinished() throws IOException {
    try (JsonlAuditLog log = open(1 << 20)) {
      log.beginFilesWith(full(1));
      log.append(part("lost", CompositionData.Form.DELTA, 1, 2), Durability.GROUPED);
      clock.move(Duration.ofDays(1));
      log.append(part("m", CompositionData.Form.DELTA, 1, 1), Durability.GROUPED);
      log.append(measurement("m", 1), Durability.GROUPED);
    }
    assertThat(types(files().getLast()))
        .containsExactly(
            AuditType.CHECKPOINT,
            AuditType.COMPOSITION,
            AuditType.COMPOSITION,
            AuditType.MEASUREMENT);
  }

  @Test
  void isRememberedByNoId() throws IOException {
    AuditOptions few = SampleTrail.OPTIONS.withRememberedIds(2);
    try (JsonlAuditLog log =
        JsonlAuditLog.open(directory, SampleTrail.STREAM, SampleTrail.WRITER, clock, few)) {
      log.append(move(0), Durability.GROUPED);
      log.beginFilesWith(full(9));
      assertThat(log.append(move(1), Durability.GROUPED).alreadyPresent()).isFalse();
      assertThat(log.append(move(0), Durability.GROUPED).alreadyPresent()).isTrue();
    }
  }
}
