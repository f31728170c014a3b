package io.tierkeeper.audit.verify;

import static io.tierkeeper.audit.SampleTrail.OPTIONS;
import static io.tierkeeper.audit.SampleTrail.START;
import static io.tierkeeper.audit.SampleTrail.STREAM;
import static io.tierkeeper.audit.SampleTrail.WRITER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.GapData;
import io.tierkeeper.audit.MovableClock;
import io.tierkeeper.audit.SampleTrail;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.SampleKeys;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.audit.history.TrailEvent;
import io.tierkeeper.audit.history.TrailHistory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bit, anywhere in a signed trail. */
class FlippedBitTest {

  private static final int PAUSE = 4;
  private static final int LINES = 5;

  @TempDir
  Path directory;

  @TempDir
  Path keys;

  private final MovableClock clock = new MovableClock(START);
  private final AuditOptions options = OPTIONS.checkpointing(3, Duration.ofDays(1));
  private Path file;
  private byte[] content = new byte[0];
  private final int[] starts = new int[LINES + 1];

  @BeforeEach
  void writeATrail() throws IOException {
    // Pauses are short; the fourth line is a checkpoint.
    try (JsonlAuditLog log = open(directory)) {
      for (int k = 0; k < LINES - 1; k++) {
        log.append(SampleTrail.event(PAUSE + 7 * k), Durability.GROUPED);
      }
      file = log.currentFile();
    }
    content = Files.readAllBytes(file);
    int line = 0;
    for (int at = 0; at < content.length; at++) {
      if (content[at] == '\n') {
        starts[++line] = at + 1;
      }
    }
    assertThat(line).isEqualTo(LINES);
  }

  @Test
  void isFoundWithItsLineWhicheverItIs() throws IOException {
    for (int at = 0; at < content.length; at++) {
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        byte[] flipped = content.clone();
        flipped[at] ^= (byte) (1 << bit);
        AuditFault fault = AuditVerifier.verify(
                List.of(file), null, path -> new ByteArrayInputStream(flipped))
            .fault();
        assertThat(fault).as("bit %d of byte %d", bit, at).isNotNull();
        int line = lineOf(at);
        assertThat(Objects.requireNonNull(fault).line())
            .as("line of bit %d of byte %d", bit, at)
            .isEqualTo(line);
        assertThat(fault.offset()).isEqualTo(starts[line - 1]);
      }
    }
  }

  @Test
  void stopsTheWriterUnlessACrashCouldHaveLeftIt() throws IOException {
    int lastLine = starts[LINES - 1];
    for (int at = 0; at < content.length; at++) {
      byte[] flipped = content.clone();
      flipped[at] ^= (byte) (1 << at % Byte.SIZE);
      Files.write(file, flipped);
      if (at < lastLine - 1) {
        int line = lineOf(at);
        assertThatThrownBy(() -> open(directory))
            .as("byte %d", at)
            .isInstanceOfSatisfying(
                AuditUnavailableException.class,
                refused -> assertThat(refused.retryHelps()).isFalse())
            .hasMessageContaining("line " + line + ", byte " + starts[line - 1]);
        assertThat(Files.readAllBytes(file)).as("left as it was").isEqualTo(flipped);
      }
    }
  }

  @Test
  void movesALastLineThatItIsInAside() throws IOException {
    // From the line feed before it on: two lines that run into one look like a torn one, too.
    for (int at = starts[LINES - 1] - 1; at < content.length; at += 13) {
      Path own = Files.createDirectory(directory.resolve("last-" + at));
      byte[] flipped = content.clone();
      flipped[at] ^= 1;
      Files.write(own.resolve(Objects.requireNonNull(file.getFileName())), flipped);
      open(own).close();
      assertThat(AuditVerifier.verify(List.of(own), null).fault()).isNull();
      TrailEvent<GapData> gap =
          TrailHistory.of(List.of(own)).last(GapData.class).orElseThrow();
      assertThat(gap.data().gap().reason()).isEqualTo(GapData.Reason.TORN_TAIL);
    }
  }

  private JsonlAuditLog open(Path where) {
    return JsonlAuditLog.open(
        where,
        STREAM,
        WRITER,
        clock,
        options.signing(SampleKeys.signing(keys, SampleKeys.FIRST_SEED)));
  }

  private int lineOf(int at) {
    int line = 1;
    while (starts[line] <= at) {
      line++;
    }
    return line;
  }
}
