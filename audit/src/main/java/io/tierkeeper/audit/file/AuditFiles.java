package io.tierkeeper.audit.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of a trail's files, and their order.
 *
 * <p>{@code STEM.jsonl} is being written, {@code STEM.<first sequence>.jsonl} are earlier segments,
 * {@code STEM.<sequence>.<hash>.torn} keeps what a crash left behind the chain, by the sequence of the gap line that
 * tells of it.
 */
public final class AuditFiles {

  private static final Pattern SEGMENT = Pattern.compile("(.+)\\.(\\d{20})\\.jsonl");
  private static final Pattern NAMED = Pattern.compile(".+\\..+-([0-9a-f]{12})");
  private static final Pattern TORN = Pattern.compile("(.+)\\.(\\d{20})\\.[0-9a-f]{16}\\.torn");

  private AuditFiles() {}

  static Path current(Path directory, String stem) {
    return directory.resolve(stem + ".jsonl");
  }

  static Path segment(Path directory, String stem, long firstSequence) {
    return directory.resolve("%s.%020d.jsonl".formatted(stem, firstSequence));
  }

  static Path torn(Path directory, String stem, long gapSequence, String sha256Hex) {
    return directory.resolve(
        "%s.%020d.%s.torn".formatted(stem, gapSequence, sha256Hex.substring(0, 16)));
  }

  /** The earlier segments of a trail, oldest first. */
  static List<Path> segments(Path directory, String stem) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> {
            Matcher matcher = SEGMENT.matcher(name(file));
            return matcher.matches() && matcher.group(1).equals(stem);
          })
          .sorted(Comparator.comparing(AuditFiles::name))
          .toList();
    }
  }

  /** The torn tails that a gap line of this sequence names, or should. */
  static List<Path> tornTails(Path directory, String stem, long gapSequence) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> {
            Matcher matcher = TORN.matcher(name(file));
            return matcher.matches()
                && matcher.group(1).equals(stem)
                && Long.parseLong(matcher.group(2)) == gapSequence;
          })
          .sorted()
          .toList();
    }
  }

  /**
   * All files meant by files and directories, by trail, each trail in writing order. A directory means the
   * {@code .jsonl} files right in it.
   *
   * @throws IllegalArgumentException when a path does not exist or a directory holds no trail
   */
  public static Map<String, List<Path>> trails(List<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> inside = Files.list(path)) {
          List<Path> found =
              inside.filter(file -> name(file).endsWith(".jsonl")).toList();
          if (found.isEmpty()) {
            throw new IllegalArgumentException(
                path + ": no audit file in this directory; allowed: *.jsonl");
          }
          files.addAll(found);
        }
      } else if (Files.isRegularFile(path)) {
        files.add(path);
      } else {
        throw new IllegalArgumentException(
            path + ": no such file or directory; allowed: audit files or their directory");
      }
    }
    Map<String, List<Path>> trails = new TreeMap<>();
    files.stream()
        .distinct()
        .sorted(Comparator.comparing(AuditFiles::isCurrent).thenComparing(AuditFiles::name))
        .forEach(file ->
            trails.computeIfAbsent(stem(file), stem -> new ArrayList<>()).add(file));
    return trails;
  }

  /** Whether the name of the file means the trail with this source; a name that no operator has given means any. */
  public static boolean isNamedAfter(Path file, String source) {
    Matcher matcher = NAMED.matcher(stem(file));
    return !matcher.matches() || matcher.group(1).equals(AuditStream.hash(source));
  }

  private static boolean isCurrent(Path file) {
    return !SEGMENT.matcher(name(file)).matches();
  }

  private static String stem(Path file) {
    Matcher matcher = SEGMENT.matcher(name(file));
    return matcher.matches() ? matcher.group(1) : name(file).replaceFirst("\\.jsonl$", "");
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }
}
