package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.history.AuditLine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hash of a chain covers every byte of it: a change of what an evaluation writes is a change of the format. */
class WrittenHistoryTest {

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({
    "1,sha256:1f4aa489b8605e246ad4854ab870d9733c3e99b8c5f0e737bbb5cc8408f952f4",
    "2,sha256:773bcb60b08acb0587a2f381d5b0b4e1ca19c12a50a932eaa01a7c292f6822f1",
    "3,sha256:30c4f95f3bfcdcdab2ac6b30360ea5c9aea0fc22947c41802c9a99a806081071",
    "4,sha256:bc16d0038190b03eb8fa38ceb5b7d266b6677e1ca28eb497a1ac663d6ca1d297",
    "5,sha256:5052084066af8f42517397597ce23d0ca53ece2ade9d73f953aa9384ace2a0ac",
  })
  void writesTheSameBytes(long seed, String lastHash) throws Exception {
    List<AuditLine> lines = new RandomHistory(directory, seed).play(120);
    assertThat(lines.getLast().entryHash()).isEqualTo(lastHash);
  }
}
