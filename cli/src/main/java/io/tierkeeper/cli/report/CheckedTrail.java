package io.tierkeeper.cli.report;

import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A trail whose chain was verified, also one that is broken: only its good lines are read.
 *
 * @param files all of it, oldest first
 * @param report what the verifier found
 */
public record CheckedTrail(List<Path> files, AuditReport report) {

  /** Reads the lines before the first fault, in their order. */
  void read(Consumer<AuditLine> each) throws IOException {
    AtomicBoolean taken = new AtomicBoolean(true);
    // Not by an iterator, which would keep all lines of a file.
    try (Stream<AuditLine> lines = TrailHistory.of(files).lines()) {
      lines.takeWhile(this::isGood).forEach(line -> {
        taken.set(false);
        each.accept(line);
        taken.set(true);
      });
    } catch (IllegalArgumentException | UncheckedIOException e) {
      // A bad line that cannot be read is the end of the good ones.
      if (report.ok() || !taken.get()) {
        throw e;
      }
    }
  }

  private boolean isGood(AuditLine line) {
    AuditFault fault = report.fault();
    boolean behind = fault != null
        && fault.kind() != AuditFault.Kind.CUT
        && line.file().equals(fault.file())
        && line.line() >= fault.line();
    // The operator may have appended lines since.
    return !behind && line.sequence() <= report.head().sequence();
  }
}
