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
    "1,sha256:338c8be2c33a0849d64fe6e22409aa8868d45135c8253914a7fe60ed6ec35d34",
    "2,sha256:a580d8114ce807c83331d7e93ba9dbcee421bdd6d0a928a287dfa67bd1a2af67",
    "3,sha256:bfc2b1db9d874001a33184b69bf5d61e529349989573674e119251628785bc15",
    "4,sha256:115d5ca5a104083d67dea083f2093d94861818680617372f879529f9458a05eb",
    "5,sha256:63defb8130d261f169b226da88cfab6fb61c071d94116fe21d2d20bb6bb72f3a",
  })
  void writesTheSameBytes(long seed, String lastHash) throws Exception {
    List<AuditLine> lines = new RandomHistory(directory, seed).play(120);
    assertThat(lines.getLast().entryHash()).isEqualTo(lastHash);
  }
}
