package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.cli.report.SimulationPage;
import io.tierkeeper.cli.report.StepsPage;
import io.tierkeeper.cli.report.StepsTables;
import io.tierkeeper.cli.steps.StepOptions;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.Candidates;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.MoveFigures;
import io.tierkeeper.simulation.quality.PolicyRunner;
import io.tierkeeper.simulation.quality.Sweep;
import io.tierkeeper.simulation.steps.StepLimit;
import io.tierkeeper.simulation.trace.TraceSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.DoubleFunction;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Simulates scenarios with the real decision code and compares policies with the cheapest tiers in hindsight. */
@Command(
    name = "simulate",
    description =
        "Simulate scenarios with the real decision code, and compare policies with the cheapest tiers in hindsight.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the simulation ran",
      ExitCode.FAILURE
          + ":with --fail-below: a figure is lower; with --moves: an executed move lost, invented or leaked a point; with a recorded trail: its chain is broken",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} simulate --scenario growth --policy my-policy.yaml cost-band",
      "  ${ROOT-COMMAND-NAME} simulate --scenario huf-10-step --set lambda=0.2 --fail-below coherence=0.91",
      "",
      "--all simulates all families and prints the goals; docs/decision-quality.md describes the cost model.",
      "docs/huf-note.md describes the ten steps, and the files of --steps and --scores.",
      "Ctrl-C stops early and prints the results of the completed seeds, or of the completed policies of the first seed."
    })
public final class SimulateCommand implements Subcommand, Callable<Integer> {

  /** How results are printed. */
  enum Format {
    TABLE,
    WIDE,
    JSON,
    YAML,
    CSV,
    HTML
  }

  private static final int SEEDS = 30;
  private static final int MOST_SEEDS = 10_000;
  private static final int MOST_TENANTS = 10_000;
  private static final double MOST_SCALE = 100;

  @Option(
      names = "--scenario",
      paramLabel = "NAME|FILE",
      arity = "1..*",
      description =
          "huf-10-step (default): the ten steps of the HUF note next to ours, with baselines; a family of --all; a YAML file as in examples/scenarios; or a recorded audit trail: its *.jsonl files or their directory. The hash chain of a trail is verified first.")
  List<String> scenario = new ArrayList<>();

  @Option(names = "--all", description = "Simulate all families of traces.")
  boolean all;

  @Option(
      names = "--policy",
      paramLabel = "NAME|FILE",
      arity = "1..*",
      description =
          "Policies to compare: cost-band, cost-band-guarded, default, hysteresis, naive, or a file with a TierPolicy; default: these five. With a file, the families are scaled to its promote.aboveShare; a recorded trail uses the share of its own policy.")
  List<String> policies = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description = "Simulate seeds 1 to N; default " + SEEDS
          + ". A recorded trail has no seeds, so its figures have no confidence interval.")
  @Nullable
  Integer seeds;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      description =
          "Tenants that may move; default: as in the scenario. With a recorded trail: the biggest N; default: all.")
  @Nullable
  Integer tenants;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Days to simulate; default: as in the scenario.")
  @Nullable
  Double days;

  @Option(
      names = "--promotion-share",
      paramLabel = "SHARE",
      description =
          "Share that sizes and costs of a recorded trail are relative to; default: promote.aboveShare of its last policy.")
  @Nullable
  Double promotionShare;

  @Option(
      names = "--rivals",
      description =
          "Also tune 180 settings of damped thresholds and compare with the best of them in hindsight.")
  boolean rivals;

  @Option(
      names = "--moves",
      description =
          "Execute moves with the real move engine, one at a time, against an emulated Qdrant in virtual time while tenants read and write; a checker verifies their history. For one --scenario; takes seconds to minutes per policy and seed; --seeds defaults to 1.")
  boolean moves;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description =
          "With --moves: stored points per point of the trace; default: a tenant of the promotion size has 20. A transfer copies 2,000 points of the trace per second.")
  @Nullable
  Double scale;

  @Option(
      names = "--frontier",
      paramLabel = "DIR",
      description =
          "Write frontier.csv and frontier.svg: time too big in the fallback against time too small in a dedicated shard key.")
  @Nullable
  Path frontier;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Parallel runs; default: the number of processors. Does not change the results.")
  @Nullable
  Integer threads;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "Output format: table (default), wide, json, yaml, csv, or html (one page; its plots over time show the first policy and seed).")
  @Nullable
  Format output;

  @Option(names = "--format", hidden = true)
  @Nullable
  Format earlier;

  @Option(names = "--json", hidden = true)
  boolean json;

  @Mixin
  StepOptions steps = new StepOptions();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Format chosen = format();
    if (all && !scenario.isEmpty()) {
      throw new UsageException(
          "--all and --scenario " + String.join(" ", scenario) + " are mutually exclusive");
    }
    if (!all && (scenario.isEmpty() || scenario.equals(List.of(HufSteps.NAME)))) {
      return hufSteps(out, spec.commandLine().getErr(), chosen);
    }
    if (!steps.given().isEmpty()) {
      throw new UsageException(steps.given() + " needs --scenario " + HufSteps.NAME);
    }
    check("--seeds", seeds, MOST_SEEDS);
    check("--tenants", tenants, MOST_TENANTS);
    check("--threads", threads, MOST_TENANTS);
    if (days != null && !(days > 0 && days <= 3650)) {
      throw new UsageException("--days " + days + " must be above 0 and at most 3650");
    }
    if (promotionShare != null && !(promotionShare > 0 && promotionShare < 1)) {
      throw new UsageException("--promotion-share " + promotionShare + " must be between 0 and 1");
    }
    return quality(out, spec.commandLine().getErr(), chosen);
  }

  private Format format() {
    if (output != null) {
      return output;
    }
    if (json) {
      return Format.JSON;
    }
    return earlier == null ? Format.TABLE : earlier;
  }

  /** The same choice for what is printed of a trail whose chain is broken. */
  private OutputOption faults() {
    OutputOption option = new OutputOption();
    option.json = format() == Format.JSON;
    option.output = format() == Format.YAML ? OutputOption.Format.YAML : null;
    return option;
  }

  /** Prints what a method prints as JSON in YAML. */
  private static void yaml(PrintWriter out, Printing json) throws JsonProcessingException {
    StringWriter text = new StringWriter();
    PrintWriter lines = new PrintWriter(text);
    json.print(lines);
    lines.flush();
    OutputOption.yaml(out, new ObjectMapper().readTree(text.toString()));
  }

  /** Prints a result. */
  private interface Printing {
    void print(PrintWriter out) throws JsonProcessingException;
  }

  private static void check(String option, @Nullable Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw new UsageException(option + " " + value + " must be between 1 and " + most);
    }
  }

  private int hufSteps(PrintWriter out, PrintWriter err, Format chosen) throws IOException {
    if (!policies.isEmpty() || rivals || frontier != null) {
      throw new UsageException(
          "--policy, --rivals and --frontier need --all or a --scenario other than huf-10-step, whose tiers are fixed");
    }
    StepOptions.Request request = steps.run();
    HufSteps report = new HufSteps(request);
    switch (chosen) {
      case TABLE, WIDE -> report.table(out);
      case JSON ->
        out.println(
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(report.json()));
      case YAML -> OutputOption.yaml(out, report.json());
      case CSV -> report.csv(out);
      case HTML -> out.print(StepsPage.of(request));
    }
    List<StepLimit> missed = request.missed();
    missed.forEach(limit ->
        err.println("tierkeeper: " + new StepsTables(request).limit(limit) + " (--fail-below)"));
    return missed.isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private int quality(PrintWriter out, PrintWriter err, Format chosen)
      throws IOException, InterruptedException {
    List<Policy> files = new ArrayList<>();
    List<String> names = policies.isEmpty() ? Candidates.NAMES : policies;
    for (String name : names) {
      if (!Candidates.NAMES.contains(name)) {
        files.add(PolicyFile.read(Path.of(name)));
      }
    }
    for (Policy rules : files) {
      rules
          .parameters()
          .terms()
          .forEach(term -> err.println("assumed: tenants have no values for penalty term "
              + term.name() + " of policy " + rules.name() + "; its otherwise value, "
              + term.otherwise()
              + ", applies to every tenant"));
    }
    Optional<List<TraceSource>> sources = sources(out, err, files);
    if (sources.isEmpty()) {
      return ExitCode.FAILURE;
    }
    Moves made = moves(sources.get());
    Sweep sweep = new Sweep(
        sources.get(),
        share -> candidates(names, files, share),
        CostBand.defaults(),
        seeds == null ? (moves ? 1 : SEEDS) : seeds,
        threads == null ? Runtime.getRuntime().availableProcessors() : threads,
        made.player());
    try (CtrlC ctrlC = new CtrlC(sweep::stop)) {
      List<FamilyFigures> families;
      try (ProgressBar bar = ProgressBars.begin(err, "simulate", sweep.units(rivals))) {
        families = sweep.run(rivals, bar::step);
      }
      if (families.isEmpty()) {
        err.println("tierkeeper: stopped before the first policy was complete");
        return ExitCode.FAILURE;
      }
      warnIfIncomplete(err, names.size(), families.getFirst());
      print(
          out,
          chosen,
          made.scale(),
          families,
          share -> candidates(names, files, share).getFirst());
      if (frontier != null) {
        Frontier.write(frontier, families);
      }
      return silent(families) ? ExitCode.OK : ExitCode.FAILURE;
    }
  }

  private static void warnIfIncomplete(PrintWriter err, int given, FamilyFigures family) {
    long played = family.policies().stream()
        .filter(policy -> !policy.name().equals(Sweep.AS_RECORDED))
        .count();
    if (played < given) {
      err.println("tierkeeper: stopped after " + played + " of " + given + " policies");
    }
  }

  /** Whether no executed move lost, invented or leaked anything. */
  private static boolean silent(List<FamilyFigures> families) {
    return families.stream()
        .flatMap(family -> family.policies().stream())
        .allMatch(policy -> policy.made().map(MoveFigures::silent).orElse(true));
  }

  private void print(
      PrintWriter out,
      Format chosen,
      @Nullable Double used,
      List<FamilyFigures> families,
      DoubleFunction<Candidate> first)
      throws JsonProcessingException {
    boolean judged = all
        && families.getFirst().policies().stream()
            .anyMatch(policy -> policy.name().equals(Candidates.COST_BAND));
    List<Goal> goals = judged
        ? Goal.judge(
            families,
            Candidates.named(Candidates.COST_BAND, families.getFirst().source().promotionShare()))
        : List.of();
    QualityReport report = new QualityReport(families, goals, used);
    switch (chosen) {
      case TABLE, WIDE -> report.table(out);
      case JSON -> report.json(out);
      case YAML -> yaml(out, report::json);
      case CSV -> report.csv(out);
      case HTML ->
        out.print(SimulationPage.of(
            families,
            families.stream()
                .map(family -> first.apply(family.source().promotionShare()))
                .toList(),
            goals,
            CostBand.defaults()));
    }
  }

  private static List<Candidate> candidates(List<String> names, List<Policy> files, double share) {
    List<Candidate> candidates = new ArrayList<>();
    int next = 0;
    for (String name : names) {
      if (Candidates.NAMES.contains(name)) {
        candidates.add(Candidates.named(name, share));
      } else {
        Policy rules = files.get(next++);
        candidates.add(
            new Candidate(rules.name(), rules.parameters(), rules.decisions(), rules::window));
      }
    }
    return candidates;
  }

  /**
   * How moves are made.
   *
   * @param scale points stored for each point of the trace; null where moves are assumed done when decided
   */
  private record Moves(PolicyRunner player, @Nullable Double scale) {}

  private Moves moves(List<TraceSource> sources) {
    if (!moves) {
      if (scale != null) {
        throw new UsageException("--scale needs --moves");
      }
      return new Moves(PolicyRunner.PROMPT, null);
    }
    if (all || rivals || sources.size() > 1) {
      throw new UsageException("--moves supports one --scenario at a time, without --rivals");
    }
    MovesPlayer player = ServiceLoader.load(MovesPlayer.class)
        .findFirst()
        .orElseThrow(() -> new UsageException(Main.inLaboratory("simulate --moves")));
    double usual = player.defaultScale(sources.getFirst());
    if (scale != null && !(scale > 0 && scale <= MOST_SCALE * usual)) {
      throw new UsageException("--scale " + scale + " must be above 0 and at most "
          + MOST_SCALE * usual + ", with which a tenant of the promotion size has 2000 points");
    }
    double chosen = scale == null ? usual : scale;
    return new Moves(player.player(chosen), chosen);
  }

  /** The traces to simulate; empty for a trail whose chain is broken, which has been reported. */
  private Optional<List<TraceSource>> sources(PrintWriter out, PrintWriter err, List<Policy> files)
      throws IOException {
    TraceSources sources = new TraceSources(scenario, tenants, days, promotionShare);
    if (!all && sources.recorded()) {
      if (seeds != null || days != null) {
        throw new UsageException(
            "--seeds and --days apply to scenarios only; a recorded trail is simulated as it is");
      }
      return sources.trails(faults(), out, err);
    }
    if (promotionShare != null) {
      throw new UsageException(
          "--promotion-share applies to recorded trails only; a scenario sets its own, and --policy FILE scales the families");
    }
    OptionalDouble share = files.isEmpty()
        ? OptionalDouble.empty()
        : files.getFirst().decisions().promote().share();
    return Optional.of(all ? sources.families(share) : List.of(sources.scenario(share)));
  }
}
