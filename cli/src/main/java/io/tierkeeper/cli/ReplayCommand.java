package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.evaluation.history.ReplayReport;
import io.tierkeeper.evaluation.history.Replays;
import io.tierkeeper.evaluation.history.TrailReplay;
import io.tierkeeper.evaluation.history.WhatIfReport;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Recomputes every decision of an audit trail. */
@Command(
    name = "replay",
    description =
        "Recompute every decision of an audit trail from its recorded inputs and compare the results bit for bit; with --policy, also evaluate another policy on the same history. The hash chain is verified first.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":every result is the same",
      ExitCode.FAILURE + ":a result differs or cannot be recomputed, or the chain is broken",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} replay /var/lib/tierkeeper/audit --policy other.yaml")
public final class ReplayCommand implements Subcommand, Callable<Integer> {

  private static final int ROWS = 20;

  @Parameters(
      arity = "1..*",
      paramLabel = "AUDIT",
      description = "Audit files or directories: all segments of a trail.")
  List<Path> files = List.of();

  @Option(
      names = "--policy",
      paramLabel = "YAML",
      description = "File with another TierPolicy to evaluate on the same history.")
  @Nullable
  Path policy;

  @Option(
      names = "--all-tenants",
      description = "With --policy: also move tenants that had no TenantTier.")
  boolean allTenants;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      description =
          "Also print the tenant's numbers after each measurement: time, tier, observed share, damped share and alpha*, separated by tabs.")
  @Nullable
  String tenant;

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    if (allTenants && policy == null) {
      throw new UsageException("--all-tenants needs --policy");
    }
    Optional<Replays> other = policy == null
        ? Optional.empty()
        : Optional.of(new Replays(PolicyFile.read(policy), allTenants));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Optional<VerifiedTrail> verified = VerifiedTrail.open("AUDIT", files, output, out);
    if (verified.isEmpty()) {
      return ExitCode.FAILURE;
    }
    VerifiedTrail trail = verified.get();
    PrintWriter err = spec.commandLine().getErr();
    ArrayNode masses = JsonNodeFactory.instance.arrayNode();
    TrailReplay replay = new TrailReplay((line, evaluation) -> evaluation.regimes().stream()
        .filter(row -> row.tenant().equals(tenant))
        .forEach(row -> masses
            .addObject()
            .put("time", line.time().toString())
            .put("tier", row.state().label())
            .put("observedMass", row.observedMass())
            .put("dampedMass", row.dampedMass())
            .put("alphaStar", row.alphaStar())));
    trail.read(err, "replay", line -> {
      replay.take(line);
      other.ifPresent(all -> all.read(line));
    });
    ReplayReport report = replay.report();
    Map<String, WhatIfReport> otherwise =
        other.isPresent() ? play(other.get(), trail, err) : Map.of();
    if (output.structured()) {
      ObjectNode node = json(report);
      if (tenant != null) {
        node.set("masses", masses);
      }
      if (other.isPresent()) {
        node.set("whatIf", WhatIfText.json(otherwise));
      }
      output.print(out, node);
    } else {
      for (JsonNode row : masses) {
        out.println(row.properties().stream()
            .map(member -> member.getValue().asText())
            .collect(Collectors.joining("\t")));
      }
      print(out, report);
      otherwise.forEach((source, whatIf) -> WhatIfText.print(out, source, whatIf));
    }
    return report.whole() || (other.isPresent() && report.differences().isEmpty())
        ? ExitCode.OK
        : ExitCode.FAILURE;
  }

  private static Map<String, WhatIfReport> play(Replays other, VerifiedTrail trail, PrintWriter err)
      throws IOException {
    try {
      trail.read(err, "what if", other::play);
      return other.reports();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--policy cannot be evaluated on this trail: " + e.getMessage());
    }
  }

  private static ObjectNode json(ReplayReport report) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("chainIntact", true)
        .put("decisions", report.decisions())
        .put("reproduced", report.reproduced())
        .put("measurements", report.measurements())
        .put("measurementsReproduced", report.measurementsReproduced());
    node.putArray("differences");
    for (ReplayReport.Difference difference : report.differences()) {
      place(node.withArray("differences").addObject(), difference.place())
          .put("field", difference.field())
          .put("recorded", difference.recorded())
          .put("recomputed", difference.recomputed());
    }
    node.putArray("notReplayable");
    for (ReplayReport.Skipped skipped : report.notReplayable()) {
      place(node.withArray("notReplayable").addObject(), skipped.place())
          .put("reason", skipped.reason());
    }
    return node;
  }

  private static ObjectNode place(ObjectNode node, ReplayReport.Place place) {
    return node.put("file", place.file().toString())
        .put("line", place.line())
        .put("time", place.time().toString())
        .put("subject", place.subject());
  }

  private static void print(PrintWriter out, ReplayReport report) {
    out.println((report.whole() ? "PASS: " : "FAIL: ")
        + share(report.reproduced(), report.decisions(), "decisions") + " and "
        + share(report.measurementsReproduced(), report.measurements(), "measurements")
        + " reproduced bit for bit");
    report.differences().stream()
        .limit(ROWS)
        .forEach(difference -> out.println("  " + difference.place() + ": " + difference.field()
            + ": recorded " + difference.recorded() + ", recomputed " + difference.recomputed()));
    if (report.differences().size() > ROWS) {
      out.println("  and " + (report.differences().size() - ROWS)
          + " more differences; -o json prints all");
    }
    Map<String, List<ReplayReport.Skipped>> byReason = report.notReplayable().stream()
        .collect(Collectors.groupingBy(
            ReplayReport.Skipped::reason, LinkedHashMap::new, Collectors.toList()));
    byReason.forEach((reason, lines) -> out.println("  not replayable: " + lines.size()
        + " lines, first at " + lines.getFirst().place() + ": " + reason));
  }

  private static String share(long part, long whole, String what) {
    return part + " of " + whole + " " + what
        + (whole == 0 ? "" : String.format(Locale.ROOT, " (%.4g %%)", 100.0 * part / whole));
  }
}
