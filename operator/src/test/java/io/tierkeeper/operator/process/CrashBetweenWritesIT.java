package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Some crash points of {@link CrashBetweenWrites}; all of them with {@code -Dtierkeeper.halts=all}. */
@NullUnmarked
class CrashBetweenWritesIT {
  private static final String HALTS = System.getProperty("tierkeeper.halts", "6");

  @TempDir
  Path directory;

  @Test
  void aProcessThatDiesAtAWriteIsFollowedByOneThatEndsAsIfNothingHadBeen() throws Exception {
    int most = HALTS.equals("all") ? Integer.MAX_VALUE : Integer.parseInt(HALTS);
    CrashBetweenWrites.Tally tally = CrashBetweenWrites.play(directory, most, 2, System.out);
    assertThat(tally.findings()).isEmpty();
    assertThat(tally.writes())
        .anyMatch(write -> write.startsWith("kubernetes"))
        .anyMatch(write -> write.startsWith("qdrant"))
        .contains("audit append");
    // A run that waits less has fewer writes, so that its last crash points may not be reached.
    assertThat(tally.crashed()).isGreaterThanOrEqualTo(tally.tried() - tally.tried() / 6);
    assertThat(tally.tried()).isEqualTo(Math.min(most, tally.existing()));
  }
}
