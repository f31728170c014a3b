package io.tierkeeper.audit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.SampleKeys;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.JsonlAuditLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bytes of a trail with a line of every type, against a recorded one: a change of them is a change of the format. */
class WrittenBytesTest {

  @TempDir
  Path directory;

  @Test
  void areThoseOfTheRecordedTrail() throws IOException {
    MovableClock clock = new MovableClock(SampleTrail.START);
    AuditOptions options = SampleTrail.OPTIONS
        .checkpointing(3, Duration.ofDays(1))
        .signing(SampleKeys.signing(directory, SampleKeys.SECOND_SEED));
    Path file;
    try (JsonlAuditLog log = open(clock, options)) {
      for (int k = 0; k < 14; k++) {
        log.append(SampleTrail.event(k), Durability.GROUPED);
        log.append(SampleTrail.event(k + 14, "\u202e\"acme\"\n"), Durability.GROUPED);
      }
      log.append(SampleTrail.full(28, "acme"), Durability.GROUPED);
      log.append(SampleTrail.delta(29, "\u202e\"acme\"\n"), Durability.GROUPED);
      log.append(SampleTrail.retention(30, "\u202e\"acme\"\n"), Durability.GROUPED);
      log.append(SampleTrail.provision(31), Durability.BEFORE_MUTATION);
      clock.move(Duration.ofSeconds(-5));
      log.append(SampleTrail.event(99), Durability.GROUPED);
      file = log.currentFile();
    }
    Files.writeString(file, "{\"torn", StandardOpenOption.APPEND);
    open(clock, options).close();
    open(clock, options).close();
    assertThat(Files.readString(file)).isEqualTo(expected());
  }

  private JsonlAuditLog open(MovableClock clock, AuditOptions options) {
    return JsonlAuditLog.open(
        directory.resolve("trail"), SampleTrail.STREAM, SampleTrail.WRITER, clock, options);
  }

  private static String expected() throws IOException {
    try (InputStream in =
        WrittenBytesTest.class.getResourceAsStream("/io/tierkeeper/audit/every-type.jsonl")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
