package io.tierkeeper.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.AuditFault;
import io.tierkeeper.audit.AuditLine;
import io.tierkeeper.audit.AuditReader;
import io.tierkeeper.audit.AuditReport;
import io.tierkeeper.audit.AuditVerifier;
import io.tierkeeper.operator.history.ReplayReport;
import io.tierkeeper.operator.history.Replays;
import io.tierkeeper.operator.history.TrailReplay;
import io.tierkeeper.operator.history.WhatIfReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes every decision of an audit trail again. */
@Command(
    name = "replay",
    description =
        "Takes every decision of an audit trail again from what it was taken from, and says whether each comes out the same, bit for bit; with --policy, says also what another policy would have done. The chain is verified first.",
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {

  private static final int ROWS = 20;

  @Parameters(
      arity = "1..*",
      paramLabel = "AUDIT",
      description = "Audit files or directories, all segments of a trail.")
  List<Path> files = List.of();

  @Option(
      names = "--policy",
      paramLabel = "YAML",
      description = "Another TierPolicy, to be played on the same history.")
  @Nullable
  Path policy;

  @Option(
      names = "--all-tenants",
      description = "With --policy: tenants may move though they had no TenantTier.")
  boolean everybody;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    for (Path file : files) {
      if (!Files.isReadable(file)) {
        throw new UserMistake("AUDIT " + file + " must be a readable file or directory");
      }
    }
    if (everybody && policy == null) {
      throw new UserMistake("--all-tenants needs --policy");
    }
    Optional<Replays> other = policy == null
        ? Optional.empty()
        : Optional.of(new Replays(PolicyFile.read(policy), everybody));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    AuditReport chain = AuditVerifier.verify(files, null);
    if (chain.fault() instanceof AuditFault fault) {
      broken(out, fault);
      return Main.NOT_AS_PROMISED;
    }
    TrailReplay replay = new TrailReplay();
    read("replay", chain.lines(), line -> {
      replay.take(line);
      other.ifPresent(all -> all.look(line));
    });
    ReplayReport report = replay.report();
    Map<String, WhatIfReport> otherwise = other.isPresent() ? play(other.get(), chain) : Map.of();
    if (json) {
      ObjectNode node = json(report);
      if (other.isPresent()) {
        node.set("whatIf", WhatIfText.json(otherwise));
      }
      out.println(new ObjectMapper().writeValueAsString(node));
    } else {
      print(out, report);
      otherwise.forEach((trail, told) -> WhatIfText.print(out, trail, told));
    }
    return report.whole() || (other.isPresent() && report.differences().isEmpty())
        ? Main.OK
        : Main.NOT_AS_PROMISED;
  }

  private Map<String, WhatIfReport> play(Replays other, AuditReport chain) throws IOException {
    try {
      read("what if", chain.lines(), other::play);
      return other.reports();
    } catch (IllegalArgumentException e) {
      throw new UserMistake("the other policy cannot be played: " + e.getMessage());
    }
  }

  private void read(String task, long lines, Consumer<AuditLine> each) throws IOException {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    try (Stream<AuditLine> all = AuditReader.lines(files);
        ProgressBar bar = ProgressBars.begin(err, task, lines)) {
      all.forEach(line -> {
        each.accept(line);
        bar.step();
      });
    }
  }

  private void broken(PrintWriter out, AuditFault fault) throws IOException {
    if (json) {
      ObjectNode node = JsonNodeFactory.instance.objectNode();
      node.put("chainIntact", false);
      node.set("fault", AuditCommand.json(fault));
      out.println(new ObjectMapper().writeValueAsString(node));
    } else {
      out.println("BROKEN " + fault.file() + ": line " + fault.line() + ", byte " + fault.offset()
          + ": " + fault.kind() + ": " + fault.sentence());
      out.println("  nothing was computed from it");
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
    out.println((report.whole() ? "ok: " : "NOT the same: ")
        + share(report.reproduced(), report.decisions(), "decisions") + " and "
        + share(report.measurementsReproduced(), report.measurements(), "measurements")
        + " reproduced bit for bit");
    report.differences().stream()
        .limit(ROWS)
        .forEach(difference -> out.println("  " + difference.place() + ": " + difference.field()
            + ": recorded " + difference.recorded() + ", recomputed " + difference.recomputed()));
    if (report.differences().size() > ROWS) {
      out.println(
          "  and " + (report.differences().size() - ROWS) + " more differences; --json prints all");
    }
    Map<String, List<ReplayReport.Skipped>> byReason = report.notReplayable().stream()
        .collect(Collectors.groupingBy(
            ReplayReport.Skipped::reason, LinkedHashMap::new, Collectors.toList()));
    byReason.forEach((reason, lines) -> out.println("  not replayable: " + lines.size()
        + " lines, the first of them " + lines.getFirst().place() + ": " + reason));
  }

  private static String share(long part, long whole, String what) {
    return part + " of " + whole + " " + what
        + (whole == 0 ? "" : String.format(Locale.ROOT, " (%.4g %%)", 100.0 * part / whole));
  }
}
