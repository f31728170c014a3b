package io.tierkeeper.audit.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The term in which trails were written last, by which the next leader has a later one. */
public final class LastTerm {

  private static final ObjectMapper JSON = new ObjectMapper();

  private LastTerm() {}

  /**
   * The highest term of the last lines of all trails in a directory; 0 where there is none. A line that cannot be read counts
   * for nothing, since opening the trail reports it.
   *
   * @throws IOException when a file cannot be read
   */
  public static long in(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return 0;
    }
    List<List<Path>> trails;
    try {
      trails = List.copyOf(AuditFiles.trails(List.of(directory)).values());
    } catch (IllegalArgumentException e) {
      // No trail has been written there.
      return 0;
    }
    long highest = 0;
    for (List<Path> files : trails) {
      highest = Math.max(highest, of(files));
    }
    return highest;
  }

  private static long of(List<Path> files) throws IOException {
    for (Path path : files.reversed()) {
      String last = null;
      try (LineFile file = LineFile.open(path)) {
        while (file.advance() && file.terminated()) {
          last = new String(
              file.buffer(), file.from(), file.to() - file.from(), StandardCharsets.UTF_8);
        }
      }
      if (last != null) {
        return term(last);
      }
    }
    return 0;
  }

  private static long term(String line) {
    try {
      return JSON.readTree(line).at("/data/actor/term").asLong(0);
    } catch (IOException e) {
      return 0;
    }
  }
}
