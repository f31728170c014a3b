package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds reasons, pages and the tests that follow them together. */
class RunbookTest {

  private static final Path ROOT = Path.of("..");
  private static final Path BOOKS = ROOT.resolve("docs/runbooks");
  private static final List<String> NO_REASON =
      List.of("README.md", "Waiting.md", "WorkingKeysLeft.md");

  @Test
  void hasAPageForEachReasonAndAReasonForEachPage() throws IOException {
    try (Stream<Path> pages = Files.list(BOOKS).filter(Files::isRegularFile)) {
      assertThat(pages.map(page -> page.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(Stream.concat(
                  NO_REASON.stream(),
                  Arrays.stream(StallReason.values()).map(reason -> reason.apiName() + ".md"))
              .toList());
    }
  }

  @Test
  void saysOnEachPageWhatAPersonNeedsAtNight() throws IOException {
    for (StallReason reason : StallReason.values()) {
      assertThat(Files.readString(ROOT.resolve(reason.runbook())))
          .startsWith("# " + reason.apiName() + "\n")
          .contains(
              "**Symptom**",
              "`Stalled=True, " + reason.apiName() + "`",
              "**Meaning**",
              "**Impact**",
              "**Diagnosis**",
              "**Resolution**",
              "```sh",
              "**Afterwards**",
              "**Prevention**");
    }
  }

  @Test
  void listsEachReasonInTheIndex() throws IOException {
    String index = Files.readString(BOOKS.resolve("README.md"));
    for (StallReason reason : StallReason.values()) {
      assertThat(index)
          .contains("| [" + reason.apiName() + "](" + reason.apiName() + ".md) | "
              + reason.sentence() + " |");
    }
  }

  @Test
  void followsThePageOfEachReasonInATest() {
    assertThat(Stream.of(
                MoveStallContract.class,
                MoveOutageContract.class,
                MoveFreezeContract.class,
                MoveFaultContract.class,
                MoveOwnershipContract.class,
                MoveObstacleContract.class,
                MoveRetentionContract.class,
                MoveWaitContract.class,
                MoveStallTest.class)
            .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
            .map(method -> method.getAnnotation(Resolves.class))
            .filter(java.util.Objects::nonNull)
            .flatMap(resolves -> Arrays.stream(resolves.value())))
        .contains(StallReason.values());
  }
}
