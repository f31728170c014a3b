package io.tierkeeper.lab.benchmarks.scale;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Counts the writes of one account in the audit log of an API server. */
final class ApiWrites {

  private static final Set<String> WRITES = Set.of("create", "update", "patch", "delete");

  private final ObjectMapper json = new ObjectMapper();
  private final Path log;
  private final String user;
  private long read;

  /** @param user as the API server names it */
  ApiWrites(Path log, String user) {
    this.log = log;
    this.user = user;
  }

  /** Writes since the last call by kind; those of a Lease are how a leader stays one. */
  Map<String, Integer> next() throws IOException {
    Map<String, Integer> writes = new TreeMap<>();
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] bytes = new byte[Math.toIntExact(file.length() - read)];
      file.seek(read);
      file.readFully(bytes);
      int end = bytes.length;
      while (end > 0 && bytes[end - 1] != '\n') {
        end--;
      }
      read += end;
      for (String line : new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n")) {
        if (!line.contains(user)) {
          continue;
        }
        JsonNode request = json.readTree(line);
        if (user.equals(request.path("user").path("username").asText())
            && WRITES.contains(request.path("verb").asText())) {
          writes.merge(request.path("objectRef").path("resource").asText(), 1, Integer::sum);
        }
      }
    }
    return writes;
  }

  /** Without those that keep the leadership. */
  static int apartFromLeases(Map<String, Integer> writes) {
    return writes.entrySet().stream()
        .filter(entry -> !entry.getKey().equals("leases"))
        .mapToInt(Map.Entry::getValue)
        .sum();
  }
}
