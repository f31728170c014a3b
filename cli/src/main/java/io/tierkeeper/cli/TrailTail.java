package io.tierkeeper.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Reads what was appended to the files of a trail since the last time, also after a file was renamed to a segment. */
final class TrailTail {

  private static final int LONGEST_READ = 64 << 20;

  private final List<Path> given;

  /** How far each file was read, by what stays the same when it is renamed. */
  private final Map<Object, Long> read = new HashMap<>();

  /** @param given files and directories of trails */
  TrailTail(List<Path> given) {
    this.given = List.copyOf(given);
  }

  /** The complete lines that are new; a line that is being written comes the next time. */
  List<String> more() throws IOException {
    List<String> lines = new ArrayList<>();
    for (Path file : files()) {
      try {
        Object key = Objects.requireNonNullElse(
            Files.readAttributes(file, BasicFileAttributes.class).fileKey(), file);
        long from = read.getOrDefault(key, 0L);
        read.put(key, from + read(file, from, lines));
      } catch (NoSuchFileException e) {
        // Renamed or removed since the directory was listed; the next time finds it.
      }
    }
    return lines;
  }

  private static long read(Path file, long from, List<String> into) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      long length = open.length() - from;
      if (length <= 0) {
        return 0;
      }
      byte[] bytes = new byte[(int) Math.min(length, LONGEST_READ)];
      open.seek(from);
      open.readFully(bytes);
      int start = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          into.add(new String(bytes, start, i - start, StandardCharsets.UTF_8));
          start = i + 1;
        }
      }
      return start;
    } catch (java.io.FileNotFoundException e) {
      return 0;
    }
  }

  /** Earlier segments before the file that is being written. */
  private List<Path> files() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : given) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> inside = Files.list(path)) {
          inside.filter(file -> file.toString().endsWith(".jsonl")).sorted().forEach(files::add);
        }
      } else {
        files.add(path);
      }
    }
    return files;
  }
}
