package io.tierkeeper.audit.history;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.file.AuditFiles;
import io.tierkeeper.audit.file.LineFile;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The history in the files of one or more trails, oldest line first: what the operator measured, decided and did.
 *
 * <p>Types that this version does not know are passed over, as is a last line that is still being written. A payload
 * without the fields of its type is {@link UnreadableData}. Reading does not verify the chain, {@link #verify()} does.
 */
public final class TrailHistory {

  private final List<Path> paths;

  private TrailHistory(List<Path> paths) {
    this.paths = List.copyOf(paths);
  }

  /** The trails in files and directories. */
  public static TrailHistory of(List<Path> paths) {
    return new TrailHistory(paths);
  }

  /**
   * Verifies the chains from end to end.
   *
   * @throws IllegalArgumentException when a path does not exist or a directory holds no trail
   * @throws IOException when a file cannot be read
   */
  public AuditReport verify() throws IOException {
    return AuditVerifier.verify(paths, null);
  }

  /**
   * All lines, trail by trail, to be closed after use; the files are read meanwhile.
   *
   * @throws IllegalArgumentException when a path does not exist or a directory holds no trail; from the stream also for
   *     a line that is no audit line, with file, line and offset
   * @throws UncheckedIOException from the stream, when a file cannot be read
   */
  public Stream<AuditLine> lines() throws IOException {
    List<Path> files =
        AuditFiles.trails(paths).values().stream().flatMap(List::stream).toList();
    return files.stream().flatMap(TrailHistory::linesOf);
  }

  /** The events with this payload, such as all measurements, decisions, moves, policies or pauses; as {@link #lines()}. */
  public <D extends EventData> Stream<TrailEvent<D>> events(Class<D> type) throws IOException {
    return lines()
        .filter(line -> type.isInstance(line.data()))
        .map(line -> new TrailEvent<>(line, type.cast(line.data())));
  }

  /** The last event with this payload, of the last trail; empty when there is none. */
  public <D extends EventData> Optional<TrailEvent<D>> last(Class<D> type) throws IOException {
    return last(type, 1).stream().findFirst();
  }

  /**
   * The last events with this payload, of the last trail, oldest first. Files are read from the newest, and none before the
   * one that contains the first of these events.
   *
   * @param most at most so many
   */
  public <D extends EventData> List<TrailEvent<D>> last(Class<D> type, int most)
      throws IOException {
    List<List<Path>> trails = List.copyOf(AuditFiles.trails(paths).values());
    Deque<TrailEvent<D>> last = new ArrayDeque<>();
    for (Path path : trails.isEmpty() ? List.<Path>of() : trails.getLast().reversed()) {
      int missing = most - last.size();
      if (missing > 0) {
        lastOf(path, type, missing).reversed().forEach(last::addFirst);
      }
    }
    return List.copyOf(last);
  }

  private static <D extends EventData> List<TrailEvent<D>> lastOf(
      Path path, Class<D> type, int most) throws IOException {
    Deque<RawLine> raw = new ArrayDeque<>();
    try (LineFile file = LineFile.open(path)) {
      while (file.advance() && file.terminated()) {
        RawLine line = RawLine.of(file);
        if (AuditType.ofEventType(line.type())
            .filter(of -> of.dataClass() == type)
            .isPresent()) {
          raw.addLast(line.copy());
          if (raw.size() > most) {
            raw.removeFirst();
          }
        }
      }
    }
    List<TrailEvent<D>> events = new ArrayList<>();
    for (RawLine line : raw) {
      AuditLine parsed = line.parse();
      if (parsed != null && type.isInstance(parsed.data())) {
        events.add(new TrailEvent<>(parsed, type.cast(parsed.data())));
      }
    }
    return events;
  }

  private static Stream<AuditLine> linesOf(Path file) {
    LineIterator lines = new LineIterator(file);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(lines, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(lines::close);
  }

  /** Opens its file at the first line asked for. */
  private static final class LineIterator implements Iterator<AuditLine> {
    private final Path path;
    private @Nullable LineFile file;
    private @Nullable AuditLine next;
    private boolean ended;

    LineIterator(Path path) {
      this.path = path;
    }

    @Override
    public boolean hasNext() {
      try {
        while (next == null && !ended) {
          if (file == null) {
            file = LineFile.open(path);
          }
          if (!file.advance() || !file.terminated()) {
            ended = true;
            file.close();
          } else {
            next = RawLine.of(file).parse();
          }
        }
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException(path + ": " + e.getMessage(), e);
      }
    }

    @Override
    public AuditLine next() {
      if (!hasNext() || next == null) {
        throw new NoSuchElementException();
      }
      AuditLine line = next;
      next = null;
      return line;
    }

    void close() {
      try {
        if (file != null) {
          file.close();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(path + ": " + e.getMessage(), e);
      }
    }
  }
}
