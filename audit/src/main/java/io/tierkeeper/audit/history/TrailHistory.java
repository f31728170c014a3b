package io.tierkeeper.audit.history;

import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.file.AuditFiles;
import io.tierkeeper.audit.file.LineFile;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
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

  /** From which the state of a trail is computed. */
  private static final Set<String> STATE = Set.of(
      AuditType.POLICY.eventType(),
      AuditType.COMPOSITION.eventType(),
      AuditType.MEASUREMENT.eventType());

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

  /**
   * The events with this payload of the last trail, from the file on that was begun before an instant, to be closed after use.
   *
   * @param since no such event of interest is older
   */
  public <D extends EventData> Stream<TrailEvent<D>> eventsSince(Class<D> type, Instant since)
      throws IOException {
    Set<String> types = Arrays.stream(AuditType.values())
        .filter(each -> each.dataClass() == type)
        .map(AuditType::eventType)
        .collect(Collectors.toSet());
    List<List<Path>> trails = List.copyOf(AuditFiles.trails(paths).values());
    List<Path> files = trails.isEmpty() ? List.of() : trails.getLast();
    int first = Math.max(0, files.size() - 1);
    while (first > 0 && !begunBefore(files.get(first), since)) {
      first--;
    }
    return files.subList(first, files.size()).stream()
        .flatMap(file -> linesOf(file, types))
        .filter(line -> type.isInstance(line.data()))
        .map(line -> new TrailEvent<>(line, type.cast(line.data())));
  }

  private static boolean begunBefore(Path file, Instant instant) {
    try (Stream<AuditLine> lines = linesOf(file)) {
      return lines.findFirst().filter(line -> line.time().isBefore(instant)).isPresent();
    }
  }

  /**
   * The policies, and the compositions and measurements from the last complete Full on, of the last trail, to be closed
   * after use; all policies, compositions and measurements where there is no Full. Files are read from the newest, and none
   * before the one with that Full.
   */
  public Stream<AuditLine> sinceLastFull() throws IOException {
    List<List<Path>> trails = List.copyOf(AuditFiles.trails(paths).values());
    List<Path> files = trails.isEmpty() ? List.of() : trails.getLast();
    long from = 0;
    for (int i = files.size() - 1; i >= 0 && from == 0; i--) {
      from = lastFull(files.get(i));
      if (from > 0) {
        files = files.subList(i, files.size());
      }
    }
    long first = from;
    return files.stream()
        .flatMap(file -> linesOf(file, STATE))
        .filter(line -> line.sequence() >= first || line.data() instanceof PolicyData);
  }

  /** The sequence of the first part of the last complete Full of a file; 0 where there is none. */
  private static long lastFull(Path file) {
    CompositionSets sets = new CompositionSets();
    long from = 0;
    long candidate = 0;
    try (Stream<AuditLine> parts = linesOf(file, Set.of(AuditType.COMPOSITION.eventType()))) {
      for (AuditLine line : (Iterable<AuditLine>) parts::iterator) {
        if (line.data() instanceof CompositionData part) {
          candidate = part.part() == 1 ? line.sequence() : candidate;
          from = sets.take(part) == null ? from : candidate;
        }
      }
    }
    return from;
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
    return linesOf(file, Set.of());
  }

  /** @param types the CloudEvents types of the lines that are parsed; none for all */
  private static Stream<AuditLine> linesOf(Path file, Set<String> types) {
    LineIterator lines = new LineIterator(file, types);
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(lines, Spliterator.ORDERED | Spliterator.NONNULL),
            false)
        .onClose(lines::close);
  }

  /** Opens its file at the first line asked for. */
  private static final class LineIterator implements Iterator<AuditLine> {
    private final Path path;
    private final Set<String> types;
    private @Nullable LineFile file;
    private @Nullable AuditLine next;
    private boolean ended;
    private final PolicyPieces pieces = new PolicyPieces();

    LineIterator(Path path, Set<String> types) {
      this.path = path;
      this.types = types;
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
            RawLine raw = RawLine.of(file);
            next = types.isEmpty() || types.contains(raw.type()) ? whole(raw.parse()) : null;
          }
        }
        return next != null;
      } catch (IOException e) {
        throw new UncheckedIOException(path + ": " + e.getMessage(), e);
      }
    }

    /** A policy that was written in pieces comes with its last one. */
    private @Nullable AuditLine whole(@Nullable AuditLine line) {
      if (line == null || !(line.data() instanceof PolicyData policy) || policy.piece() == null) {
        return line;
      }
      EventData data = pieces.take(policy, policy.piece());
      return data == null ? null : line.with(data);
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
