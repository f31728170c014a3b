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
    "1,sha256:e96ffc5e04b4eb7755b758c8da3638136311c30241d980d0fb1c9c96a7240eab",
    "2,sha256:99382f35d5f7bcb4b6c768f606eb032a52af09c1cff8095690a3f88790415041",
    "3,sha256:246f10f42bd31f2b0bce4de0ae119a2b777103595cdd0fe046759fbdda5baad4",
    "4,sha256:66aa3b9c001f9be14d42f8154c3bcd43a24d6d779e3316fe5b5ddb88eb761e3b",
    "5,sha256:5a7d9731373e1951b2cf0f1aa5df46a9ab13f05b50304e6f631831762d57d15f",
  })
  void writesTheSameBytes(long seed, String lastHash) throws Exception {
    List<AuditLine> lines = new RandomHistory(directory, seed).play(120);
    assertThat(lines.getLast().entryHash()).isEqualTo(lastHash);
  }
}
