package io.tierkeeper.lab.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.Table;
import io.tierkeeper.lab.faults.Proof;
import io.tierkeeper.lab.faults.ProofPlan;
import io.tierkeeper.lab.faults.Runs;
import io.tierkeeper.lab.faults.mutants.Mutant;
import io.tierkeeper.lab.faults.mutants.Mutants;
import io.tierkeeper.lab.faults.report.MutantOutcome;
import io.tierkeeper.lab.faults.report.ProofFigures;
import io.tierkeeper.lab.faults.report.WriteCoverage;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs the fault-injection suite. */
@Command(
    name = "prove",
    description =
        "Run the fault-injection suite: every fault at every write, and all pairs of faults.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK
          + ":every fault case ran, and no point was lost, phantom, stale, doubled or leaked; with --bug: the mutant was killed",
      ExitCode.FAILURE + ":otherwise",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} prove --seed 7     repeats one seed of a report",
      "",
      "docs/proof.md describes what is covered and what is not."
    })
public final class ProveCommand implements Subcommand, Callable<Integer> {

  /** So many aspects of layouts fit into a line. */
  private static final int IN_ONE_TABLE = 3;

  private static final int SHORT_SEEDS = 600;
  private static final int LONG_SEEDS = 10_000;
  private static final int SEEDS_PER_OPERATOR_SEED = 20;
  private static final int SHORT_MUTANT_RUNS = 400;
  private static final int LONG_MUTANT_RUNS = 10_000;
  private static final int LONG_ROUNDS = 3;
  private static final int LONG_REAL_ROUNDS = 6;

  /** How much runs; at most one. */
  static final class Extent {
    @Option(
        names = "--short",
        description = "Run each write and each pair once, and 600 random seeds (default).")
    boolean shortly;

    @Option(
        names = "--long",
        description =
            "Run each write and each pair with three seeds, every fault at each write, each write of two complete operators, and 10,000 random seeds.")
    boolean longly;

    @Option(
        names = "--seed",
        paramLabel = "N",
        description = "Replay one random seed and print its violations.")
    @Nullable
    Long seed;

    @Option(
        names = "--operator-seed",
        paramLabel = "N",
        description = "Replay one seed of the complete operator.")
    @Nullable
    Long operatorSeed;

    @Option(
        names = "--bug",
        paramLabel = "NAME",
        description = "Run one mutant until a fault case kills it; 'list' prints all mutants.")
    @Nullable
    String bug;

    @Option(
        names = "--trial",
        paramLabel = "ID",
        description =
            "Replay one fault case as printed in a finding, or one seed of a scenario: struck/7, straying/7, contended/7, peaceful/7.")
    @Nullable
    String trial;
  }

  @ArgGroup(multiplicity = "0..1")
  @Nullable
  Extent extent;

  @Mixin
  OutputOption output = new OutputOption();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Number of random seeds of moves, and 20 times fewer of the complete operator; default 600, or 10,000 with --long.")
  @Nullable
  Integer seeds;

  @Option(
      names = "--first-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "First random seed.")
  long firstSeed;

  @Option(names = "--no-bugs", description = "Skip the mutants.")
  boolean noBugs;

  @Option(
      names = "--no-qdrant",
      description = "Do not use a real Qdrant, even if QDRANT_BIN is set or qdrant is on PATH.")
  boolean noQdrant;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Parallel simulations; default: the number of processors.")
  @Nullable
  Integer threads;

  @Spec
  @Nullable
  CommandSpec spec;

  /** The operators under injected faults log each of them as an error. */
  @Override
  public String logLevel() {
    return "OFF";
  }

  @Override
  public Integer call() throws Exception {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    if (extent != null && extent.seed != null) {
      return replayed(out, "seed " + extent.seed, Proof.replaySeed(extent.seed));
    }
    if (extent != null && extent.operatorSeed != null) {
      return replayed(
          out,
          "operator seed " + extent.operatorSeed,
          Proof.replayOperatorSeed(extent.operatorSeed));
    }
    if (extent != null && extent.trial != null) {
      return replayed(out, "trial " + extent.trial, trial(extent.trial));
    }
    if (extent != null && extent.bug != null) {
      return bug(out, extent.bug);
    }
    ProofPlan plan = plan();
    long began = System.nanoTime();
    ProofFigures figures;
    try (ProofProgress progress = new ProofProgress(err)) {
      figures = Proof.run(plan, progress);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    if (output.structured()) {
      output.print(out, toJson(figures, took));
    } else {
      print(out, figures, took);
    }
    return figures.passed() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private static List<String> trial(String id) {
    try {
      return Runs.play(id);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--trial: " + e.getMessage());
    }
  }

  private int bug(PrintWriter out, String name) {
    if (name.equals("list")) {
      Table table = new Table("MUTANT", "CHANGE");
      Mutants.all().forEach(mutant -> table.row(mutant.name(), mutant.change()));
      table.print(out, "");
      return ExitCode.OK;
    }
    Mutant mutant;
    try {
      mutant = Mutants.named(name);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--bug: " + e.getMessage());
    }
    return switch (mutant.run(firstSeed, LONG_MUTANT_RUNS)) {
      case MutantOutcome.Killed killed -> {
        out.println("killed by " + killed.run() + " after " + killed.runs() + " runs: "
            + killed.findings());
        yield ExitCode.OK;
      }
      case MutantOutcome.Survived survived -> {
        out.println("survived " + survived.runs() + " runs (mutated code executed "
            + survived.executed() + " times)");
        yield ExitCode.FAILURE;
      }
    };
  }

  private @Nullable Path qdrant() {
    return noQdrant ? null : LocalQdrant.binary(System.getenv()).orElse(null);
  }

  private static int replayed(PrintWriter out, String what, List<String> findings) {
    findings.forEach(out::println);
    out.println(
        what + ": " + (findings.isEmpty() ? "PASS" : "FAIL, " + findings.size() + " violations"));
    return findings.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private ProofPlan plan() {
    boolean longly = extent != null && extent.longly;
    int many = seeds != null ? seeds : longly ? LONG_SEEDS : SHORT_SEEDS;
    try {
      return new ProofPlan(
          longly ? LONG_ROUNDS : 1,
          longly,
          many,
          many / SEEDS_PER_OPERATOR_SEED,
          firstSeed,
          List.copyOf(Mutants.all()),
          noBugs ? 0 : longly ? LONG_MUTANT_RUNS : SHORT_MUTANT_RUNS,
          qdrant(),
          longly ? LONG_REAL_ROUNDS : 1,
          threads != null ? threads : Runtime.getRuntime().availableProcessors());
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private static void print(PrintWriter out, ProofFigures figures, Duration took) {
    ProofFigures.Coverage coverage = figures.coverage();
    ProofFigures.Seeds seeds = figures.seeds();
    ProofFigures.Checked checked = figures.checked();
    Table table = new Table("FIGURE", "VALUE");
    row(
        table,
        "writes with an injected fault / existing",
        coverage.boundariesTried(),
        coverage.boundariesExisting());
    row(
        table,
        "fault pairs injected / existing",
        coverage.faultPairsTried(),
        coverage.faultPairsExisting());
    table.row("fault cases run", number(coverage.trials()));
    if (!figures.mutants().isEmpty()) {
      row(table, "mutants killed / created", figures.killed(), figures.mutants().size());
    }
    table.row(
        "random seeds of moves",
        number(seeds.moves()) + String.format(Locale.ROOT, ", %.1f per second", seeds.perSecond()));
    table.row(
        "random seeds of the complete operator",
        number(seeds.operators()) + "; " + number(seeds.distinctStates())
            + " distinct move states");
    table.row("crashes of the move driver", number(figures.deaths()));
    table.row("client operations checked", number(checked.operations()));
    table.row("lost", number(checked.lost()));
    table.row("phantom", number(checked.phantom()));
    table.row(
        "stale (announced by a freeze)",
        number(checked.stale()) + " (" + number(checked.staleAnnounced()) + ")");
    table.row("writes without effect in a freeze (docs/moves.md)", number(checked.unplaced()));
    table.row("partial", number(checked.partial()));
    table.row("doubled", number(checked.doubled()));
    table.row("leaked", number(checked.leaked()));
    table.row("longest interval without a read", millis(checked.longestReadGapMillis()));
    table.row("longest interval without a write", millis(checked.longestWriteGapMillis()));
    table.row("manual interventions required", number(figures.decisions()));
    ProofFigures.Real real = figures.real();
    if (real != null) {
      table.row(
          "client operations on " + real.server(),
          number(real.operations()) + "; " + real.moves() + " moves, " + real.kills()
              + " peers killed, " + real.pauses() + " paused, " + real.deaths()
              + " crashes of the move driver");
    }
    table.print(out, "");
    out.println();
    printWrites(out, figures.writes());
    printMutants(out, figures.mutants());
    figures.findings().forEach(finding -> {
      out.println("FOUND " + finding.what());
      out.println("  " + finding.command());
    });
    out.println((figures.passed() ? "PASS" : "FAIL") + " in " + took.toSeconds() + " s");
  }

  /** The writes of clients by operation: by direction of the move, and by parts of the layout; the JSON has each phase. */
  private static void printWrites(PrintWriter out, WriteCoverage writes) {
    if (writes.writes().isEmpty()) {
      return;
    }
    List<List<String>> aspects = WriteCoverage.ASPECTS;
    Map<String, Predicate<WriteCoverage.Cell>> directions = new LinkedHashMap<>();
    directions.put("AT REST", cell -> cell.phase().equals(WriteCoverage.AT_REST));
    directions.put("IN PROMOTIONS", cell -> cell.phase().startsWith("PROMOTE"));
    directions.put("IN DEMOTIONS", cell -> cell.phase().startsWith("DEMOTE"));
    // Each write is in one cell of each aspect.
    directions.replaceAll(
        (name, cells) -> cells.and(cell -> aspects.getFirst().contains(cell.layout())));
    printWrites(out, writes, directions);
    printLayouts(out, writes, aspects.subList(0, IN_ONE_TABLE));
    printLayouts(out, writes, aspects.subList(IN_ONE_TABLE, aspects.size()));
  }

  private static void printLayouts(
      PrintWriter out, WriteCoverage writes, List<List<String>> aspects) {
    Map<String, Predicate<WriteCoverage.Cell>> columns = new LinkedHashMap<>();
    aspects.stream()
        .flatMap(List::stream)
        .forEach(layout ->
            columns.put(layout.toUpperCase(Locale.ROOT), cell -> cell.layout().equals(layout)));
    printWrites(out, writes, columns);
  }

  private static void printWrites(
      PrintWriter out, WriteCoverage writes, Map<String, Predicate<WriteCoverage.Cell>> columns) {
    Table table = new Table(Stream.concat(Stream.of("CLIENT OPERATION"), columns.keySet().stream())
        .toArray(String[]::new));
    writes.writes().keySet().stream()
        .map(WriteCoverage.Cell::operation)
        .sorted()
        .distinct()
        .forEach(operation -> table.row(Stream.concat(
                Stream.of(operation.name()),
                columns.values().stream()
                    .map(column -> number(
                        writes.count(cell -> cell.operation() == operation && column.test(cell)))))
            .toArray(String[]::new)));
    table.print(out, "");
    out.println();
  }

  private static void printMutants(PrintWriter out, List<MutantOutcome> mutants) {
    if (mutants.isEmpty()) {
      return;
    }
    Table table = new Table("MUTANT", "RUNS", "KILLED BY");
    mutants.forEach(outcome -> table.row(
        outcome.mutant(),
        number(outcome.runs()),
        outcome instanceof MutantOutcome.Killed killed ? killed.run() : "survived"));
    table.print(out, "");
    out.println();
  }

  private static void row(Table table, String what, long tried, long existing) {
    table.row(what, number(tried) + " / " + number(existing));
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private static String millis(long value) {
    return String.format(Locale.ROOT, "%.1f s of virtual time", value / 1e3);
  }

  static ObjectNode toJson(ProofFigures figures, Duration took) {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    root.setAll((ObjectNode) mapper.valueToTree(figures.coverage()));
    root.put("plantedBugsFound", figures.killed())
        .put("plantedBugs", figures.mutants().size())
        .put("seeds", figures.seeds().moves())
        .put("seedsPerSecond", figures.seeds().perSecond())
        .put("operatorSeeds", figures.seeds().operators())
        .put("distinctStates", figures.seeds().distinctStates())
        .put("deaths", figures.deaths());
    root.setAll((ObjectNode) mapper.valueToTree(figures.checked()));
    root.put("askedOfAPerson", figures.decisions());
    ArrayNode cells = root.putArray("coverage");
    figures
        .writes()
        .writes()
        .forEach((cell, count) -> cells
            .addObject()
            .put("operation", cell.operation().name())
            .put("phase", cell.phase())
            .put("layout", cell.layout())
            .put("writes", count));
    ArrayNode mutants = root.putArray("mutants");
    figures.mutants().forEach(outcome -> {
      ObjectNode mutant = mutants
          .addObject()
          .put("name", outcome.mutant())
          .put("killed", outcome instanceof MutantOutcome.Killed);
      if (outcome instanceof MutantOutcome.Killed killed) {
        mutant.put("seedsToKill", killed.runs()).put("run", killed.run());
      }
    });
    ProofFigures.Real real = figures.real();
    if (real != null) {
      root.putObject("real")
          .put("server", real.server())
          .put("moves", real.moves())
          .put("peersKilled", real.kills())
          .put("peersPaused", real.pauses())
          .put("deaths", real.deaths())
          .put("operations", real.operations());
    }
    root.put("seconds", took.toMillis() / 1e3).put("asPromised", figures.passed());
    root.set("findings", mapper.valueToTree(figures.findings()));
    return root;
  }
}
