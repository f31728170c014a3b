package io.tierkeeper.audit.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The names of a trail's files, and their order.
 *
 * <p>{@code STEM.jsonl} is being written, {@code STEM.<first sequence>.jsonl} and {@code .jsonl.gz} are earlier segments,
 * {@code STEM.<sequence>.<hash>.torn} keeps what a crash left behind the chain, by the sequence of the gap line that
 * tells of it.
 */
public final class AuditFiles {

  private static final String JSONL = ".jsonl";
  private static final String GZIP = ".gz";
  private static final String UNFINISHED = ".unfinished";
  private static final Pattern SEGMENT = Pattern.compile("(.+)\\.(\\d{20})\\.jsonl(\\.gz)?");
  private static final Pattern NAMED = Pattern.compile(".+\\..+-([0-9a-f]{12})");
  private static final Pattern TORN = Pattern.compile("(.+)\\.(\\d{20})\\.[0-9a-f]{16}\\.torn");

  private AuditFiles() {}

  static Path current(Path directory, String stem) {
    return directory.resolve(stem + ".jsonl");
  }

  /** Creates what is missing of the path, each name on disk before the next. */
  static void createDirectory(Path directory, AppendFile.Opener opener) throws IOException {
    Deque<Path> missing = new ArrayDeque<>();
    Path at = directory.toAbsolutePath();
    while (at != null && !Files.isDirectory(at)) {
      missing.push(at);
      at = at.getParent();
    }
    for (Path next : missing) {
      Files.createDirectories(next);
      opener.forceDirectory(Objects.requireNonNull(next.getParent()));
    }
  }

  static Path segment(Path directory, String stem, long firstSequence) {
    return directory.resolve("%s.%020d.jsonl".formatted(stem, firstSequence));
  }

  static Path torn(Path directory, String stem, long gapSequence, String sha256Hex) {
    return directory.resolve(
        "%s.%020d.%s.torn".formatted(stem, gapSequence, sha256Hex.substring(0, 16)));
  }

  /** The earlier segments of a trail, oldest first, each in one form. */
  static List<Path> segments(Path directory, String stem) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return oncePerSegment(files
          .filter(file -> {
            Matcher matcher = SEGMENT.matcher(name(file));
            return matcher.matches() && matcher.group(1).equals(stem);
          })
          .toList());
    }
  }

  /** A crash while a file was compressed may leave both forms, of which the plain one is certain to be whole. */
  private static List<Path> oncePerSegment(List<Path> files) {
    return files.stream()
        .filter(file -> !isCompressed(file)
            || !files.contains(file.resolveSibling(name(file).replaceFirst("\\.gz$", ""))))
        .sorted(Comparator.comparing(AuditFiles::isCurrent).thenComparing(AuditFiles::name))
        .toList();
  }

  static boolean isCompressed(Path file) {
    return name(file).endsWith(GZIP);
  }

  /** The name of a segment when it is compressed. */
  static Path compressed(Path file) {
    return isCompressed(file) ? file : file.resolveSibling(name(file) + GZIP);
  }

  /** Where a file is written before it gets its name. */
  static Path unfinished(Path file) {
    return file.resolveSibling(name(file) + UNFINISHED);
  }

  /** Compressed files that a crash left half written. */
  static List<Path> unfinished(Path directory, String stem) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file ->
              name(file).startsWith(stem + ".") && name(file).endsWith(JSONL + GZIP + UNFINISHED))
          .toList();
    }
  }

  /** The bytes of these files; one that is gone meanwhile has none. */
  static long size(List<Path> files) throws IOException {
    long size = 0;
    for (Path file : files) {
      try {
        size += Files.size(file);
      } catch (NoSuchFileException e) {
        // Compressed or removed just now.
        continue;
      }
    }
    return size;
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
   * {@code .jsonl} and {@code .jsonl.gz} files right in it.
   *
   * @throws IllegalArgumentException when a path does not exist or a directory holds no trail
   */
  public static Map<String, List<Path>> trails(List<Path> paths) throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> inside = Files.list(path)) {
          List<Path> found =
              inside.filter(file -> name(file).matches(".*\\.jsonl(\\.gz)?")).toList();
          if (found.isEmpty()) {
            throw new IllegalArgumentException(
                path + ": no audit file in this directory; allowed: *.jsonl, *.jsonl.gz");
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
    oncePerSegment(files.stream().distinct().toList())
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
    return matcher.matches() ? matcher.group(1) : name(file).replaceFirst("\\.jsonl(\\.gz)?$", "");
  }

  private static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? "" : name.toString();
  }
}
