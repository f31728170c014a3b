package io.tierkeeper.audit.history;

import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.file.JsonlAuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrailHistoryTest {

  @TempDir
  Path directory;

  @Test
  void readsAllFilesOfATrailInOrder() throws IOException {
    write(30);
    assertThat(STREAM.files(directory)).hasSizeGreaterThan(3);
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(directory)).lines()) {
      List<Long> sequences = lines.map(AuditLine::sequence).toList();
      assertThat(sequences)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(1, sequences.size()).boxed().toList());
    }
    TrailEvent<MeasurementData> last =
        TrailHistory.of(STREAM.files(directory)).last(MeasurementData.class).orElseThrow();
    assertThat(last.time()).isEqualTo(START.plusMillis(28));
    assertThat(last.data().top().dampedMass().get(1)).isEqualTo(0.82898);
    assertThat(last.line().subject()).isEqualTo("tenant/acme");
    assertThat(last.line().source()).isEqualTo(STREAM.source());
  }

  @Test
  void readsNoFileBeforeThoseWithTheLastEvents() throws IOException {
    write(60);
    TrailHistory history = TrailHistory.of(STREAM.files(directory));
    List<TrailEvent<MeasurementData>> all;
    try (Stream<TrailEvent<MeasurementData>> events = history.events(MeasurementData.class)) {
      all = events.toList();
    }
    assertThat(history.last(MeasurementData.class, 100)).isEqualTo(all);
    List<TrailEvent<MeasurementData>> last = all.subList(all.size() - 3, all.size());
    for (Path file : STREAM.files(directory)) {
      if (file.equals(last.getFirst().line().file())) {
        break;
      }
      Files.writeString(file, "not a line\n");
    }
    assertThat(history.last(MeasurementData.class, 3)).isEqualTo(last);
    assertThat(history.last(MeasurementData.class)).contains(last.getLast());
    assertThatThrownBy(() -> history.last(MeasurementData.class, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void knowsNothingOfATrailThatIsNotThere() throws IOException {
    assertThat(STREAM.files(directory.resolve("absent"))).isEmpty();
    assertThat(STREAM.files(directory)).isEmpty();
    assertThatThrownBy(
            () -> TrailHistory.of(List.of(directory.resolve("absent"))).lines())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void passesOverUnknownTypesAndALineThatIsBeingWritten() throws IOException {
    Path file = write(3);
    Files.writeString(
        file,
        "{\"type\":\"io.tierkeeper.dream.v9\"}\n{\"type\":\"io.tierk",
        StandardOpenOption.APPEND);
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      assertThat(lines).hasSize(3);
    }
  }

  @Test
  void namesALineThatItCannotRead() throws IOException {
    Path file = write(2);
    long offset = Files.size(file);
    Files.writeString(file, "{\"type\":\n", StandardOpenOption.APPEND);
    try (Stream<AuditLine> lines = TrailHistory.of(List.of(file)).lines()) {
      assertThatThrownBy(lines::toList)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("line 3")
          .hasMessageContaining("byte " + offset);
    }
  }

  private Path write(int events) {
    try (JsonlAuditLog log = JsonlAuditLog.open(
        directory,
        STREAM,
        SampleTrail.WRITER,
        new MovableClock(START),
        SampleTrail.OPTIONS.rotating(events > 10 ? 5_000 : 1 << 20, false))) {
      for (int k = 0; k < events; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
      }
      return log.currentFile();
    }
  }
}
