package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.chain.AuditCheckpoint;
import io.tierkeeper.audit.chain.AuditFault;
import io.tierkeeper.audit.chain.AuditPublicKey;
import io.tierkeeper.audit.chain.CheckpointSignature;
import io.tierkeeper.audit.chain.SignatureCounts;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.verify.AuditReport;
import io.tierkeeper.audit.verify.AuditVerifier;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Verifies and reads audit trails. */
@Command(
    name = "audit",
    description = "Verify and read audit trails.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = AuditTailCommand.class,
    mixinStandardHelpOptions = true)
public final class AuditCommand implements Subcommand {

  @Spec
  @Nullable
  CommandSpec spec;

  /** Verifies the chain of a trail from its first line to its last. */
  @Command(
      name = "verify",
      description =
          "Verify the hash chain of a trail and the signatures of its checkpoints. Exit code 1 if a line was changed, removed, inserted, reordered, truncated or forged.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExample:%n",
      footer =
          "  ${ROOT-COMMAND-NAME} audit verify --public-key audit.pub /var/lib/tierkeeper/audit")
  int verify(
      @Parameters(
              arity = "1..*",
              paramLabel = "FILE",
              description = "Audit files or directories: all segments of a trail.")
          List<Path> files,
      @Option(
              names = "--checkpoint",
              paramLabel = "SIZE:HASH|JSON",
              description =
                  "Checkpoint stored elsewhere, such as TieredCollection.status.audit.checkpoint in JSON; detects a truncated trail.")
          @Nullable
          String checkpoint,
      @Option(
              names = "--public-key",
              paramLabel = "PEM",
              description =
                  "Ed25519 public key that signs checkpoints; repeat for each key ever used.")
          @Nullable
          List<Path> publicKeys,
      @Option(
              names = "--require-signatures",
              description =
                  "Fail if a checkpoint has no signature, or if no signed checkpoint covers the lines; needs --public-key.")
          boolean requireSignatures,
      @Option(
              names = "--collection",
              paramLabel = "NAMESPACE/NAME",
              description = "Fail if it is not the trail of this TieredCollection.")
          @Nullable
          String collection,
      @Mixin OutputOption output)
      throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new UsageException("FILE " + file + " must be a readable file or directory");
      }
    }
    List<AuditPublicKey> keys = new ArrayList<>();
    for (Path file : publicKeys == null ? List.<Path>of() : publicKeys) {
      keys.add(publicKey(file));
    }
    if (requireSignatures && keys.isEmpty()) {
      throw new UsageException("--require-signatures needs --public-key");
    }
    AuditReport report = AuditVerifier.verify(
        files,
        checkpoint == null ? null : parse(checkpoint),
        keys,
        requireSignatures,
        collection == null ? null : stream(collection));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (output.structured()) {
      output.print(out, json(report));
    } else {
      print(out, report, !keys.isEmpty());
    }
    return report.ok() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private static AuditPublicKey publicKey(Path file) {
    try {
      return AuditPublicKey.read(file);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--public-key " + file
          + " must be a file with an Ed25519 public key in PEM; " + e.getMessage());
    } catch (IOException e) {
      throw new UsageException("--public-key " + file + " must be a readable file");
    }
  }

  private static AuditStream stream(String collection) {
    String[] parts = collection.split("/", -1);
    if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty()) {
      throw new UsageException(
          "--collection " + collection + " must be NAMESPACE/NAME of a TieredCollection");
    }
    return AuditStream.of(parts[0], parts[1]);
  }

  private static AuditCheckpoint parse(String text) {
    return text.stripLeading().startsWith("{") ? parseJson(text) : parsePair(text);
  }

  private static AuditCheckpoint parseJson(String text) {
    try {
      JsonNode json = new ObjectMapper().readTree(text);
      if (!json.path("size").isIntegralNumber()) {
        throw new IllegalArgumentException("size is missing or not a whole number");
      }
      return new AuditCheckpoint(
          json.path("size").longValue(),
          json.required("headHash").asText(),
          Instant.parse(json.required("time").asText()),
          json.has("signature")
              ? new CheckpointSignature(
                  json.required("keyId").asText(), json.required("signature").asText())
              : null);
    } catch (JsonProcessingException | IllegalArgumentException | DateTimeException e) {
      throw new UsageException("--checkpoint " + text
          + " must be JSON with size, headHash and time, as in TieredCollection.status.audit.checkpoint"
          + "; " + e.getMessage());
    }
  }

  private static AuditCheckpoint parsePair(String text) {
    String[] parts = text.split(":", 2);
    try {
      return new AuditCheckpoint(Long.parseLong(parts[0]), parts[1], Instant.EPOCH);
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new UsageException("--checkpoint " + text
          + " must be SIZE:sha256:HASH, a number of lines and 64 hexadecimal digits");
    }
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
