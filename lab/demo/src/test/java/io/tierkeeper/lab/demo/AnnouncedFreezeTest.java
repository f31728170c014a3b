package io.tierkeeper.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnnouncedFreezeTest {

  @TempDir
  private Path directory;

  @Test
  void isTheTimeFromTheFreezeToTheLastMergeAndAsManyPointsAsTheMoveFound() throws Exception {
    AnnouncedFreeze freeze = AnnouncedFreeze.of(recorded(2)).orElseThrow();
    assertThat(freeze.points()).isEqualTo(2);
    assertThat(Duration.between(freeze.from(), freeze.to()))
        .isBetween(Duration.ofMillis(1), Duration.ofSeconds(10));
    assertThat(AnnouncedFreeze.of(recorded(0)).orElseThrow().points()).isZero();
  }

  @Test
  void isNothingWithoutADemotion() throws IOException {
    Path empty = Files.createFile(directory.resolve("empty.jsonl"));
    assertThat(AnnouncedFreeze.of(empty)).isEmpty();
  }

  /** The recorded demo, whose demotion found as many points changed. */
  private Path recorded(int difference) throws Exception {
    String text = Files.readString(
        Path.of("../../cli/src/test/resources/io/tierkeeper/cli/recorded-demo.jsonl"));
    String found = "\"difference\":0";
    assertThat(text).contains(found);
    return Files.writeString(
        directory.resolve("trail-" + difference + ".jsonl"),
        text.replace(found, "\"difference\":" + difference));
  }
}
