package io.tierkeeper.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Reads trails back, oldest line first, without verifying them: {@link AuditVerifier} does that.
 *
 * <p>Types that this version does not know are passed over, as is a last line that is still being written.
 */
public final class AuditReader {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private AuditReader() {}

  /**
   * All lines of files and directories, trail by trail, to be closed after use; reading happens on the way.
   *
   * @throws IllegalArgumentException when a path does not exist or a directory holds no trail; from the stream also for
   *     a line that cannot be read, with file, line and offset
   * @throws UncheckedIOException from the stream, when a file cannot be read
   */
  public static Stream<AuditLine> lines(List<Path> paths) throws IOException {
    List<Path> files =
        AuditFiles.trails(paths).values().stream().flatMap(List::stream).toList();
    return files.stream().flatMap(AuditReader::linesOf);
  }

  /** The last line of the wanted kind, of the last trail; empty when there is none. */
  public static Optional<AuditLine> last(List<Path> paths, Predicate<AuditLine> wanted)
      throws IOException {
    try (Stream<AuditLine> lines = lines(paths)) {
      return lines.filter(wanted).reduce((earlier, later) -> later);
    }
  }

  /** The last measurement: the composition to go on from. */
  public static Optional<AuditLine> lastMeasurement(List<Path> paths) throws IOException {
    return last(paths, line -> line.type() == AuditType.MEASUREMENT);
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
            type.orElseThrow(() -> new IllegalArgumentException("member type is missing")),
            event.required("id").asText(),
            event.required("source").asText(),
            event.required("subject").asText(),
            Instant.parse(event.required("time").asText()),
            event.required("entryhash").asText(),
            event.required("data") instanceof ObjectNode data ? data : MAPPER.createObjectNode());
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
