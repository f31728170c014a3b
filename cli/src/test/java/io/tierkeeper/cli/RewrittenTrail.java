package io.tierkeeper.cli;

import io.tierkeeper.audit.chain.HashChain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Lines of a trail with other contents, chained anew. */
final class RewrittenTrail {
  private static final String FIRST = "sha256:" + "0".repeat(64);

  private RewrittenTrail() {}

  /** Writes lines whose sequences and hashes are replaced by those of a chain. */
  static Path write(Path file, Stream<String> lines) throws IOException {
    StringBuilder all = new StringBuilder();
    String before = FIRST;
    long sequence = 0;
    for (String line : (Iterable<String>) lines::iterator) {
      sequence++;
      String content = line.replaceFirst(",\"prevhash\":\"sha256:[0-9a-f]{64}\".*$", "")
              .replaceFirst(
                  "\"sequence\":\"\\d{20}\"",
                  String.format(Locale.ROOT, "\"sequence\":\"%020d\"", sequence))
          + ",\"prevhash\":\"" + before + "\"";
      before = "sha256:" + HashChain.sha256Hex(content.getBytes(StandardCharsets.UTF_8));
      all.append(content).append(",\"entryhash\":\"").append(before).append("\"}\n");
    }
    return Files.writeString(file, all);
  }

  /** The lines of a file. */
  static List<String> lines(Path file) throws IOException {
    return Files.readAllLines(file);
  }
}
