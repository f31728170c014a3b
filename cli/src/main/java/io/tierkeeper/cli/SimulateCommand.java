package io.tierkeeper.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.cli.report.SimulationPage;
import io.tierkeeper.evaluation.policy.PolicyRules;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.ReferenceScenario;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.Candidates;
import io.tierkeeper.simulation.quality.FamilyFigures;
import io.tierkeeper.simulation.quality.Goal;
import io.tierkeeper.simulation.quality.MoveTally;
import io.tierkeeper.simulation.quality.Player;
import io.tierkeeper.simulation.quality.Sweep;
import io.tierkeeper.simulation.trace.TraceSource;
import java.io.IOException;
import java.io.PrintWriter;
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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Plays scenarios through the real decision code and judges policies by the cheapest tiers in hindsight. */
@Command(
    name = "simulate",
    description =
        "Plays scenarios through the real arithmetic and decisions, and judges policies by the cheapest tiers in hindsight.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "--all plays all families and prints the goals; docs/decision-quality.md has the cost model and the figures.",
      "Ctrl-C ends it early with the seeds that are there, or in the first one with the policies."
    })
public final class SimulateCommand implements Subcommand, Callable<Integer> {

  /** How results are printed. */
  enum Format {
    TABLE,
    JSON,
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
          "huf-10-step (default): the HUF note's ten steps, ours beside the note's; one of the families of --all; a YAML file as in examples/scenarios; or a recorded audit trail: its *.jsonl files or their directory. A trail's chain is verified first.")
  List<String> scenario = new ArrayList<>();

  @Option(names = "--all", description = "All families of traces.")
  boolean all;

  @Option(
      names = "--policy",
      paramLabel = "NAME|FILE",
      arity = "1..*",
      description =
          "Policies to compare: cost-band, cost-band-guarded, default, hysteresis, naive, or a file with a TierPolicy; default: these five. With a file the families are scaled to its promote.aboveShare; a recorded trail is told by the share of its own policy.")
  List<String> policies = new ArrayList<>();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      description =
          "Seeds 1 to N are played; default " + SEEDS
              + ". A recorded trail happened once and has none: its figures have no confidence interval.")
  @Nullable
  Integer seeds;

  @Option(
      names = "--tenants",
      paramLabel = "N",
      description =
          "Tenants that may move; default: what the scenario says. Of a recorded trail the biggest; default: all.")
  @Nullable
  Integer tenants;

  @Option(
      names = "--days",
      paramLabel = "N",
      description = "Days to play; default: what the scenario says.")
  @Nullable
  Double days;

  @Option(
      names = "--promotion-share",
      paramLabel = "SHARE",
      description =
          "The share by which sizes in a recorded trail are told and charged; default: promote.aboveShare of its last policy.")
  @Nullable
  Double promotionShare;

  @Option(
      names = "--rivals",
      description =
          "Also tunes 180 settings of damped thresholds and compares with the best, chosen in hindsight.")
  boolean rivals;

  @Option(
      names = "--moves",
      description =
          "Moves are not taken for made when they are decided: the real move engine makes them, one after the other, in an emulated Qdrant in virtual time, under tenants that read and write, and a checker judges what these saw. For one --scenario; takes seconds to minutes for each policy and seed; --seeds is 1 by default.")
  boolean moves;

  @Option(
      names = "--scale",
      paramLabel = "FACTOR",
      description =
          "With --moves: points there for each point of the trace; default: so that a tenant of the promotion size has 20. A transfer carries 2,000 points of the trace in a second.")
  @Nullable
  Double scale;

  @Option(
      names = "--frontier",
      paramLabel = "DIR",
      description =
          "Writes frontier.csv and frontier.svg: time too big in the fallback against time too small in a shard key of its own.")
  @Nullable
  Path frontier;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description =
          "Runs at once; default: as many as there are processors. Changes nothing but the time.")
  @Nullable
  Integer threads;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description =
          "table, json, csv, or html: one page, with the course of the first policy under the first seed.")
  Format format = Format.TABLE;

  @Option(names = "--json", description = "The same as --format json.")
  boolean json;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    Format chosen = json ? Format.JSON : format;
    if (all && !scenario.isEmpty()) {
      throw new UsageException(
          "--all and --scenario " + String.join(" ", scenario) + " exclude each other");
    }
    if (!all && (scenario.isEmpty() || scenario.equals(List.of(HufSteps.NAME)))) {
      return hufSteps(out, chosen);
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

  private static void check(String option, @Nullable Integer value, int most) {
    if (value != null && (value < 1 || value > most)) {
      throw new UsageException(option + " " + value + " must be between 1 and " + most);
    }
  }

  private int hufSteps(PrintWriter out, Format chosen) throws JsonProcessingException {
    if (!policies.isEmpty() || rivals || frontier != null) {
      throw new UsageException(
          "--policy, --rivals and --frontier need --all or another --scenario than huf-10-step, whose tiers are given");
    }
    ReferenceScenario.Run run = ReferenceScenario.run();
    switch (chosen) {
      case TABLE -> HufSteps.table(out, run);
      case JSON -> HufSteps.json(out, run);
      case CSV -> HufSteps.csv(out, run);
      case HTML ->
        throw new UsageException(
            "--format html needs --all or another --scenario than huf-10-step; allowed here: table, json, csv");
    }
    return ExitCode.OK;
  }

  private int quality(PrintWriter out, PrintWriter err, Format chosen)
      throws IOException, InterruptedException {
    List<PolicyRules> files = new ArrayList<>();
    List<String> names = policies.isEmpty() ? Candidates.NAMES : policies;
    for (String name : names) {
      if (!Candidates.NAMES.contains(name)) {
        files.add(PolicyFile.read(Path.of(name)));
      }
    }
    for (PolicyRules rules : files) {
      rules
          .parameters()
          .terms()
          .forEach(
              term -> err.println("assumed: simulate knows no values of tenants for penalty term "
                  + term.name() + " of policy " + rules.name() + "; its otherwise, "
                  + term.otherwise()
                  + ", counts for every tenant"));
    }
    Optional<List<TraceSource>> sources = sources(out, err, chosen, files);
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
        err.println("tierkeeper: stopped before one policy was played");
        return ExitCode.FAILURE;
      }
      sayWhatIsMissing(err, names.size(), families.getFirst());
      print(
          out,
          chosen,
          made.scale(),
          families,
          share -> candidates(names, files, share).getFirst());
      if (frontier != null) {
        Frontier.write(frontier, families);
      }
      out.flush();
      return silent(families) ? ExitCode.OK : ExitCode.FAILURE;
    }
  }

  private static void sayWhatIsMissing(PrintWriter err, int given, FamilyFigures family) {
    long played = family.policies().stream()
        .filter(policy -> !policy.name().equals(Sweep.AS_RECORDED))
        .count();
    if (played < given) {
      err.println("tierkeeper: stopped when " + played + " of " + given + " policies were played");
    }
  }

  /** Whether no move that was really made did what it must not. */
  private static boolean silent(List<FamilyFigures> families) {
    return families.stream()
        .flatMap(family -> family.policies().stream())
        .allMatch(policy -> policy.made().map(MoveTally::silent).orElse(true));
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
      case TABLE -> report.table(out);
      case JSON -> report.json(out);
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

  private static List<Candidate> candidates(
      List<String> names, List<PolicyRules> files, double share) {
    List<Candidate> candidates = new ArrayList<>();
    int next = 0;
    for (String name : names) {
      if (Candidates.NAMES.contains(name)) {
        candidates.add(Candidates.named(name, share));
      } else {
        PolicyRules rules = files.get(next++);
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
  private record Moves(Player player, @Nullable Double scale) {}

  private Moves moves(List<TraceSource> sources) {
    if (!moves) {
      if (scale != null) {
        throw new UsageException("--scale needs --moves");
      }
      return new Moves(Player.PROMPT, null);
    }
    if (all || rivals || sources.size() > 1) {
      throw new UsageException("--moves is for one --scenario at a time, without --rivals");
    }
    MovesPlayer player = ServiceLoader.load(MovesPlayer.class)
        .findFirst()
        .orElseThrow(() -> new UsageException(
            "--moves needs the command-line distribution, which contains the emulated Qdrant"));
    double usual = player.defaultScale(sources.getFirst());
    if (scale != null && !(scale > 0 && scale <= MOST_SCALE * usual)) {
      throw new UsageException("--scale " + scale + " must be above 0 and at most "
          + MOST_SCALE * usual + ", with which a tenant of the promotion size has 2000 points");
    }
    double chosen = scale == null ? usual : scale;
    return new Moves(player.player(chosen), chosen);
  }

  /** What is to be played; empty where it is a trail whose chain is broken, which has been said. */
  private Optional<List<TraceSource>> sources(
      PrintWriter out, PrintWriter err, Format chosen, List<PolicyRules> files) throws IOException {
    TraceSources sources = new TraceSources(scenario, tenants, days, promotionShare);
    if (!all && sources.recorded()) {
      if (seeds != null || days != null) {
        throw new UsageException(
            "--seeds and --days are for scenarios; a recorded trail happened once, and is played as it is");
      }
      return sources.trails(chosen == Format.JSON, out, err);
    }
    if (promotionShare != null) {
      throw new UsageException(
          "--promotion-share is for recorded trails; a scenario says itself, and --policy FILE scales the families");
    }
    OptionalDouble share = files.isEmpty()
        ? OptionalDouble.empty()
        : files.getFirst().decisions().promote().share();
    return Optional.of(all ? sources.families(share) : List.of(sources.scenario(share)));
  }
}
