package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.SignatureCounts;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies and reads audit trails. */
@Command(
    name = "audit",
    description = "Verify and read audit trails.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AuditTailCommand.class, AuditReportCommand.class},
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Subcommand {

  @Spec
  @Nullable
  CommandSpec spec;

  /** Verifies the chain of a trail from its first line to its last. */
  @Command(
      name = "verify",
      description = "Verify the hash chain of a trail and the signatures of its checkpoints.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = ExitCode.HEADING,
      exitCodeList = {
        ExitCode.OK + ":the trail is intact",
        ExitCode.FAILURE + ":a line was changed, removed, inserted, reordered, truncated or forged",
        ExitCode.USAGE_LINE
      },
      footerHeading = "%nExample:%n",
      footer =
          "  ${ROOT-COMMAND-NAME} audit verify --public-key audit.pub /var/lib/tierkeeper/audit")
  int verify(
      @Parameters(
              arity = "1..*",
              paramLabel = "FILE",
              description = "Audit files or directories: all segments of a trail.")
          List<Path> files,
      @Mixin ChainOptions chain,
      @Mixin OutputOption output)
      throws IOException {
    AuditReport report = chain.verify(files);
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (output.structured()) {
      output.print(out, json(report));
    } else {
      print(out, report, chain.hasKeys());
    }
    return report.ok() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private static void print(PrintWriter out, AuditReport report, boolean keysGiven) {
    if (report.fault() instanceof AuditFault fault) {
      out.println("BROKEN " + fault.file() + ": line " + fault.line() + ", byte " + fault.offset()
          + ": " + fault.kind() + ": " + fault.sentence());
      out.println("  " + report.lines() + " lines before it are intact");
      return;
    }
    out.println("ok: " + report.lines() + " lines, sequence " + report.firstSequence() + " to "
        + report.head().sequence() + ", head " + report.head().headHash());
    if (report.firstSequence() > 1) {
      out.println("  verified from sequence " + report.firstSequence()
          + "; the lines before it were removed or are in other files");
    }
    report.counts().forEach((type, count) -> out.printf("  %-36s %d%n", type, count));
    SignatureCounts signatures = report.signatures();
    out.println("  signatures of checkpoints: " + signatures.verified() + " verified, "
        + signatures.unchecked() + " not checked"
        + (signatures.unchecked() > 0 ? " (no --public-key)" : "") + ", " + signatures.unsigned()
        + " missing");
    if (keysGiven) {
      out.println("  lines behind the last verified signature: " + report.behindSignature());
    }
    if (keysGiven && signatures.unsigned() > 0) {
      out.println("  NOTE: unsigned checkpoints do not protect against a process that can write the"
          + " file; --require-signatures names the first one");
    }
  }

  private static ObjectNode json(AuditReport report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("ok", report.ok());
    root.put("lines", report.lines());
    root.put("firstSequence", report.firstSequence());
    root.put("lastSequence", report.head().sequence());
    root.put("headHash", report.head().headHash());
    ObjectNode counts = root.putObject("counts");
    report.counts().forEach(counts::put);
    root.putObject("signatures")
        .put("verified", report.signatures().verified())
        .put("unchecked", report.signatures().unchecked())
        .put("unsigned", report.signatures().unsigned())
        .put("linesBehind", report.behindSignature());
    if (report.fault() instanceof AuditFault fault) {
      root.set("fault", json(fault));
    }
    return root;
  }

  /** A broken line, as every command prints it. */
  static ObjectNode json(AuditFault fault) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("file", fault.file().toString())
        .put("line", fault.line())
        .put("offset", fault.offset())
        .put("kind", fault.kind().name())
        .put("message", fault.sentence());
  }
}
