package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditCheckpoint;
import io.tierkeeper.audit.AuditFault;
import io.tierkeeper.audit.AuditReport;
import io.tierkeeper.audit.AuditVerifier;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks audit trails. */
@Command(
    name = "audit",
    description = "Checks audit trails.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class AuditCommand {

  @Spec
  @Nullable
  CommandSpec spec;

  /** Verifies the chain of a trail from its first line to its last. */
  @Command(
      name = "verify",
      description =
          "Verifies the hash chain of a trail; exit code 1 where a line was changed, dropped, inserted, moved or cut off.",
      mixinStandardHelpOptions = true)
  int verify(
      @Parameters(
              arity = "1..*",
              paramLabel = "FILE",
              description = "Audit files or directories, all segments of a trail.")
          List<Path> files,
      @Option(
              names = "--checkpoint",
              paramLabel = "SIZE:HASH",
              description =
                  "A checkpoint kept elsewhere (TieredCollection.status.audit.checkpoint); shows a tail that was cut off.")
          @Nullable
          String checkpoint,
      @Option(names = "--json", description = "Print one JSON object.") boolean json)
      throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new UserMistake("FILE " + file + " must be a readable file or directory");
      }
    }
    AuditReport report = AuditVerifier.verify(files, checkpoint == null ? null : parse(checkpoint));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (json) {
      out.println(json(report));
    } else {
      print(out, report);
    }
    return report.ok() ? Main.OK : Main.NOT_AS_PROMISED;
  }

  private static AuditCheckpoint parse(String text) {
    String[] parts = text.split(":", 2);
    try {
      return new AuditCheckpoint(Long.parseLong(parts[0]), parts[1], Instant.EPOCH);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UserMistake("--checkpoint " + text
          + " must be SIZE:sha256:HASH, a number of lines and 64 hexadecimal digits");
    }
  }

  private static void print(PrintWriter out, AuditReport report) {
    if (report.fault() instanceof AuditFault fault) {
      out.println("BROKEN " + fault.file() + ": line " + fault.line() + ", byte " + fault.offset()
          + ": " + fault.kind() + ": " + fault.sentence());
      out.println("  " + report.lines() + " lines before it are intact");
      return;
    }
    out.println("ok: " + report.lines() + " lines, sequence " + report.firstSequence() + " to "
        + report.head().sequence() + ", head " + report.head().headHash());
    report.counts().forEach((type, count) -> out.printf("  %-36s %d%n", type, count));
  }

  private static String json(AuditReport report) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.put("ok", report.ok());
    root.put("lines", report.lines());
    root.put("firstSequence", report.firstSequence());
    root.put("lastSequence", report.head().sequence());
    root.put("headHash", report.head().headHash());
    ObjectNode counts = root.putObject("counts");
    report.counts().forEach(counts::put);
    if (report.fault() instanceof AuditFault fault) {
      root.putObject("fault")
          .put("file", fault.file().toString())
          .put("line", fault.line())
          .put("offset", fault.offset())
          .put("kind", fault.kind().name())
          .put("message", fault.sentence());
    }
    return mapper.writeValueAsString(root);
  }
}
