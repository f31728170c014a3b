package io.tierkeeper.evaluation.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.audit.history.AuditLine;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The hash of a chain covers every byte of it: an evaluation writes what it wrote before events had types. */
class WrittenHistoryTest {

  @TempDir
  Path directory;

  @ParameterizedTest
  @CsvSource({
    "1,sha256:839aa03f76732089aa3f38b12d8c845035af5cdb198a0242bb3754c32b5a9b34",
    "2,sha256:affe601dd2102c10df9cffd2dbc0f6020e515dd2a621ba254cc9d3f758446b41",
    "3,sha256:01c1e2fbbfa6b121983d3a27e5bf90d72e65eedcd7d4981363c36bcfa8455497",
    "4,sha256:1ffb1d3b17dd282eb35dd9ebc175e101f415d9bb4c0aa9037b13158efb01e39a",
    "5,sha256:508fa4dadd240bd0f35bfc350815780966a76d14d0c3c52fedb89aef63d14e55",
  })
  void writesTheSameBytes(long seed, String lastHash) throws Exception {
    List<AuditLine> lines = new RandomHistory(directory, seed).play(120);
    assertThat(lines.getLast().entryHash()).isEqualTo(lastHash);
  }
}
