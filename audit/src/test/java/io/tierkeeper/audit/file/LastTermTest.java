package io.tierkeeper.audit.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.SampleTrail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The term that the next leader continues after. */
class LastTermTest {

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  @Test
  void isTheHighestOfTheLastLinesOfAllTrails() throws IOException {
    assertThat(LastTerm.in(directory)).isZero();
    assertThat(LastTerm.in(directory.resolve("absent"))).isZero();
    write("kb", 3);
    write("kb", 5);
    write("other", 4);
    assertThat(LastTerm.in(directory)).isEqualTo(5);
  }

  @Test
  void countsWholeLinesOnly() throws IOException {
    write("kb", 3);
    Files.writeString(
        directory.resolve(AuditStream.of("data", "kb").fileStem() + ".jsonl"),
        "{\"data\":{\"actor\":{\"term\":9}}}",
        StandardOpenOption.APPEND);
    assertThat(LastTerm.in(directory)).isEqualTo(3);
  }

  private void write(String name, long term) {
    try (JsonlAuditLog log = JsonlAuditLog.open(
        directory,
        AuditStream.of("data", name),
        new AuditWriter("test", "one", term),
        Clock.systemUTC(),
        AuditOptions.DEFAULTS)) {
      log.append(SampleTrail.event(0), Durability.BEFORE_MUTATION);
    }
  }
}
