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
    "1,sha256:05e0486e1556c2e5b29d64dd0c0c93fea1a26b45d7dee69dcc52156cb493f0fb",
    "2,sha256:b89c3f71825e41fdfaaad1326fc397354dfca96435b2db43290f52d5d02fa29b",
    "3,sha256:05df6c1bb8077950aa9ee3df1c938bbadbc2ba2429a7037e357938b97aaa47da",
    "4,sha256:693fb7da39c855735f99ad6d26b8e76b8935b0a8e6bc8943a1d5e6f5b09d2aeb",
    "5,sha256:986836aad649efab039254e59dc7b52cd6b0531d515bec67223c5f4d6cc09755",
  })
  void writesTheSameBytes(long seed, String lastHash) throws Exception {
    List<AuditLine> lines = new RandomHistory(directory, seed).play(120);
    assertThat(lines.getLast().entryHash()).isEqualTo(lastHash);
  }
}
