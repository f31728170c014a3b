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
    "1,sha256:60a9663b51ac450666ceab142122cb8b93e68a81481081bdb1de3204e7a7336f",
    "2,sha256:386a3877ede89cf0f7fd741b33de6a6d19c84660aab6aeda56c39a4cc3f3883a",
    "3,sha256:f7c142970b9cdce291011ab648d98473a0c3e97b3176cc91a49552ac5bac0357",
    "4,sha256:6a42a15ad96223a948af99a2a3315f9de2494295ad24869fb884a6eaa8bc2720",
    "5,sha256:0639c207683299637189d458547b46b4df7d9f5076067b8ac9427ef9d64bb685",
  })
  void writesTheSameBytes(long seed, String lastHash) throws Exception {
    List<AuditLine> lines = new RandomHistory(directory, seed).play(120);
    assertThat(lines.getLast().entryHash()).isEqualTo(lastHash);
  }
}
