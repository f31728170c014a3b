package io.tierkeeper.operator.collection;

import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.audit.AuditOptions;
import io.tierkeeper.audit.AuditReader;
import io.tierkeeper.audit.AuditStream;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.AuditWriter;
import io.tierkeeper.audit.JsonlAuditLog;
import io.tierkeeper.operator.config.OperatorOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** Opens the audit trail of a collection and reads back what an evaluation goes on from. */
public final class AuditTrails {

  private final OperatorOptions options;

  public AuditTrails(OperatorOptions options) {
    this.options = options;
  }

  /**
   * What a trail tells whoever takes it over.
   *
   * @param term of the last writer; 0 where there is none
   * @param measurements the last ones, oldest first
   */
  public record Past(long term, List<AuditLine> measurements) {}

  /** The file that is, or will be, written. */
  public Path file(String namespace, String name) {
    return options.auditDirectory().resolve(AuditStream.of(namespace, name).fileStem() + ".jsonl");
  }

  /** The last measurements of a trail, at most so many. */
  public Past past(String namespace, String name, int measurements) {
    List<Path> files = files(AuditStream.of(namespace, name));
    Deque<AuditLine> last = new ArrayDeque<>();
    long[] term = {0};
    if (!files.isEmpty()) {
      try (Stream<AuditLine> lines = AuditReader.lines(files)) {
        lines.forEach(line -> {
          term[0] = Math.max(term[0], line.data().path("actor").path("term").asLong());
          if (line.type() == AuditType.MEASUREMENT) {
            last.addLast(line);
            if (last.size() > measurements) {
              last.removeFirst();
            }
          }
        });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return new Past(term[0], List.copyOf(last));
  }

  /**
   * Opens the trail for writing.
   *
   * @param term of the lease
   * @param past where there is no election, its term goes on
   * @throws io.tierkeeper.audit.AuditUnavailableException when the trail cannot be written or is damaged
   */
  public JsonlAuditLog open(String namespace, String name, long term, Past past) {
    return JsonlAuditLog.open(
        options.auditDirectory(),
        AuditStream.of(namespace, name),
        new AuditWriter(
            options.version(),
            options.instance(),
            options.leaderElection().enabled() ? term : Math.max(1, past.term())),
        options.clock().withZone(ZoneOffset.UTC),
        AuditOptions.DEFAULTS);
  }

  private List<Path> files(AuditStream stream) {
    if (!Files.isDirectory(options.auditDirectory())) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(options.auditDirectory())) {
      return all.filter(file -> file.getFileName().toString().startsWith(stream.fileStem() + ".")
              || file.getFileName().toString().startsWith(stream.fileStem() + "-"))
          .filter(file -> file.getFileName().toString().endsWith(".jsonl"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "audit directory " + options.auditDirectory() + " cannot be read", e);
    }
  }
}
