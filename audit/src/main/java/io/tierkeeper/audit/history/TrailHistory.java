package io.tierkeeper.audit.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.EventJson;
import io.tierkeeper.audit.UnreadableData;
import io.tierkeeper.audit.file.AuditFiles;
import io.tierkeeper.audit.file.AuditWriter;
import io.tierkeeper.audit.file.LineFile;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
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

  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

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
    try (Stream<TrailEvent<D>> events = events(type)) {
      return events.reduce((earlier, later) -> later);
    }
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
            next = parse(file);
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

    private static @Nullable AuditLine parse(LineFile file) {
      try {
        JsonNode event = MAPPER.readTree(file.buffer(), file.from(), file.to() - file.from());
        Optional<AuditType> type = AuditType.ofEventType(event.path("type").asText());
        if (type.isEmpty() && event.path("type").isTextual()) {
          return null;
        }
        return new AuditLine(
            file.path(),
            file.number(),
            file.offset(),
            Long.parseLong(event.required("sequence").asText()),
            event.required("id").asText(),
            event.required("source").asText(),
            event.required("subject").asText(),
            Instant.parse(event.required("time").asText()),
            event.required("entryhash").asText(),
            MAPPER.treeToValue(event.required("data").required("actor"), AuditWriter.class),
            EventJson.read(
                type.orElseThrow(() -> new IllegalArgumentException("member type is missing")),
                (ObjectNode) event.required("data")));
      } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
        throw unreadable(file, e);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static IllegalArgumentException unreadable(LineFile file, Exception cause) {
      return new IllegalArgumentException(
          "%s: line %d, byte %d: is no audit line; run 'audit verify' on it"
              .formatted(file.path(), file.number(), file.offset()),
          cause);
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
