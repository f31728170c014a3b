package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.audit.AuditFault;
import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.audit.AuditReader;
import io.tierkeeper.audit.AuditReport;
import io.tierkeeper.audit.AuditVerifier;
import io.tierkeeper.governance.huf.HufConfig;
import io.tierkeeper.governance.huf.HufCycle;
import io.tierkeeper.governance.huf.HufExport;
import io.tierkeeper.governance.huf.HufItem;
import io.tierkeeper.governance.huf.RunStamp;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Writes the HUF framework's artifacts. */
@Command(
    name = "huf",
    description = "Writes the HUF framework's four artifacts.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true)
final class HufCommand {
  @Spec
  @Nullable
  CommandSpec spec;

  /** Exports the last measurement of an audit file. */
  @Command(
      name = "export",
      description = "Exports the last measurement of an audit file; the chain is verified first.",
      mixinStandardHelpOptions = true)
  int export(
      @Parameters(paramLabel = "FILE", description = "An audit file.") Path file,
      @Option(
              names = "--out",
              required = true,
              paramLabel = "DIR",
              description = "Where the files go.")
          Path directory,
      @Option(
              names = "--tau",
              defaultValue = "0.001",
              paramLabel = "SHARE",
              description = "The smallest share worth naming, 0 to 1; default ${DEFAULT-VALUE}.")
          double tau,
      @Option(
              names = "--fallback-key",
              defaultValue = "default",
              paramLabel = "KEY",
              description = "Name of the fallback shard key; default ${DEFAULT-VALUE}.")
          String fallbackKey)
      throws IOException {
    if (!Files.isReadable(file)) {
      throw new UserMistake("FILE " + file + " must be a readable audit file");
    }
    if (!(tau >= 0 && tau < 1)) {
      throw new UserMistake("--tau " + tau + " must be at least 0 and below 1");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    AuditReport report = AuditVerifier.verify(List.of(file), null);
    if (report.fault() instanceof AuditFault fault) {
      out.println("BROKEN " + fault + "; nothing was exported");
      return Main.NOT_AS_PROMISED;
    }
    AuditLine line = AuditReader.lastMeasurement(List.of(file))
        .orElseThrow(() -> new UserMistake("FILE " + file + " holds no measurement yet"));
    HufConfig config = HufConfig.ofTau(tau);
    String dataset = line.source() + "@" + line.time();
    HufCycle cycle;
    try {
      cycle = HufExport.write(
          directory,
          items(line, fallbackKey),
          config,
          List.of(tau, tau * 2, tau * 5, tau * 10),
          RunStamp.of(dataset, "tierkeeper " + Main.version(), config, line.time()));
    } catch (IllegalArgumentException e) {
      throw new UserMistake("--tau " + tau + ": " + e.getMessage());
    }
    out.println("exported " + cycle.activeSet().size() + " items of " + dataset + " to " + directory
        + ", " + cycle.itemsToCover90pct() + " cover 90 %");
    return Main.OK;
  }

  private static List<HufItem> items(AuditLine line, String fallbackKey) {
    JsonNode data = line.data();
    JsonNode columns = data.path("composition");
    List<HufItem> items = new ArrayList<>();
    for (int i = 0; i < columns.path("tenants").size(); i++) {
      String tenant = columns.path("tenants").path(i).asText();
      String tier = columns.path("tiers").path(i).asText();
      boolean dedicated = tier.equals("Dedicated") || tier.equals("Demoting");
      items.add(HufItem.ofPoints(
          tenant,
          dedicated ? tenant : fallbackKey,
          columns.path("points").path(i).asLong(),
          "qdrant://" + line.source() + "/" + data.path("collection").asText() + "@" + line.time()
              + "|" + data.path("totalPoints").asLong() + "|" + line.entryHash(),
          "tenant_mass(metric=" + data.path("metric").asText() + ")"));
    }
    return items;
  }
}
