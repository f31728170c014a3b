package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.history.AuditLine;
import io.tierkeeper.audit.history.TrailHistory;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;

/** A trail whose chain was verified before anything is computed from it. */
final class VerifiedTrail {
  private final TrailHistory history;
  private final long lines;

  private VerifiedTrail(TrailHistory history, long lines) {
    this.history = history;
    this.lines = lines;
  }

  /**
   * Verifies a trail; where its chain is broken, that is printed.
   *
   * @param option how error messages name the files
   * @param output how a broken chain is printed
   * @return empty where the chain is broken
   * @throws UsageException naming a file that cannot be read
   */
  static Optional<VerifiedTrail> open(
      String option, List<Path> files, OutputOption output, PrintWriter out) throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new UsageException(option + " " + file + " must be a readable file or directory");
      }
    }
    TrailHistory history = TrailHistory.of(files);
    AuditReport chain = history.verify();
    if (chain.fault() instanceof AuditFault fault) {
      broken(out, fault, output);
      return Optional.empty();
    }
    return Optional.of(new VerifiedTrail(history, chain.lines()));
  }

  /** Reads all lines in their order, with a bar. */
  void read(PrintWriter err, String task, Consumer<AuditLine> each) throws IOException {
    try (Stream<AuditLine> all = history.lines();
        ProgressBar bar = ProgressBars.begin(err, task, lines)) {
      all.forEach(line -> {
        each.accept(line);
        bar.step();
      });
    }
  }

  private static void broken(PrintWriter out, AuditFault fault, OutputOption output)
      throws IOException {
    if (output.structured()) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("chainIntact", false);
      node.set("fault", AuditCommand.json(fault));
      output.print(out, node);
    } else {
      out.println("BROKEN " + fault.file() + ": line " + fault.line() + ", byte " + fault.offset()
          + ": " + fault.kind() + ": " + fault.sentence());
      out.println("  nothing computed");
    }
  }
}
