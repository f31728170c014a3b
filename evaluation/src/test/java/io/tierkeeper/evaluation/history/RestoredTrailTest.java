package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.AuditSchemas;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.file.AuditOptions;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.NullUnmarked;

/** A process that starts continues with the bits that the one before it had, wherever that one ended. */
@NullUnmarked
class RestoredTrailTest {

  private static final int EVALUATIONS = 25;

  /** A history in small files, of which the current one can be cut after any line. */
  private record History(Path directory, List<AuditLine> lines, List<RecordedComposition> states)
      implements AutoCloseable {

    static History of(long seed) throws IOException {
      Path directory = Files.createTempDirectory("restored");
      long bytes = 2_000 + new Random(seed).nextInt(40_000);
      AuditOptions options = AuditOptions.DEFAULTS.withOwnTimer(false).rotating(bytes, false);
      RandomHistory history = new RandomHistory(directory, seed, options);
      return new History(directory, history.play(EVALUATIONS), history.states());
    }

    List<Path> files() throws IOException {
      return AuditStream.of("data", "kb").files(directory);
    }

    @Override
    public void close() throws IOException {
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void continuesWithTheSameBitsAfterAnyLine(@ForAll long seed) throws IOException {
    try (History history = History.of(seed)) {
      List<Path> files = new ArrayList<>(history.files());
      int measured = (int) history.lines().stream()
          .filter(line -> line.type() == AuditType.MEASUREMENT)
          .count();
      assertThat(history.states()).hasSize(measured);
      // Backwards, so that the last line can be taken away each time.
      while (!files.isEmpty()) {
        Path last = files.getLast();
        List<String> lines = new ArrayList<>(Files.readAllLines(last));
        while (!lines.isEmpty()) {
          Files.writeString(last, String.join("\n", lines) + "\n");
          assertThat(RestoredTrail.read(files).composition())
              .as("%s, %d lines of %s", seed, lines.size(), last.getFileName())
              .isEqualTo(
                  measured == 0 ? RecordedComposition.EMPTY : history.states().get(measured - 1));
          if (lines.removeLast().contains("\"type\":\"io.tierkeeper.measurement.v1\"")) {
            measured--;
          }
        }
        files.removeLast();
      }
      assertThat(measured).isZero();
    }
  }

  @Property(tries = 8, shrinking = ShrinkingMode.OFF)
  void replaysWhatIsLeftAfterOldFilesWereRemoved(@ForAll long seed) throws IOException {
    try (History history = History.of(seed)) {
      List<Path> files = history.files();
      RecordedComposition end = history.states().getLast();
      for (int from = 0; from < files.size(); from++) {
        List<Path> left = files.subList(from, files.size());
        TrailReplay replay = new TrailReplay();
        try (Stream<AuditLine> lines = TrailHistory.of(left).lines()) {
          lines.forEach(replay::take);
        }
        ReplayReport report = replay.report();
        assertThat(report.differences()).isEmpty();
        assertThat(report.measurementsReproduced()).isEqualTo(report.measurements());
        if (from == 0) {
          assertThat(report.notReplayable()).isEmpty();
        }
        if (from + 1 < files.size()) {
          assertThat(RestoredTrail.read(left).composition()).isEqualTo(end);
        }
      }
      AuditSchemas.assertAllValid(history.directory());
    }
  }

  @Example
  void knowsNothingOfATrailWithoutAFull() throws IOException {
    assertThat(RestoredTrail.read(List.of())).isEqualTo(RestoredTrail.NONE);
    Path directory = Files.createTempDirectory("restored");
    Path file = Files.writeString(directory.resolve("kb.jsonl"), "");
    assertThat(RestoredTrail.read(List.of(file))).isEqualTo(RestoredTrail.NONE);
    Files.delete(file);
    Files.delete(directory);
  }
}
