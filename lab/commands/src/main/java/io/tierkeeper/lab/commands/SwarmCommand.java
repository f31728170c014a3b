package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.CtrlC;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.lab.swarm.HashedNgrams;
import io.tierkeeper.lab.swarm.Swarm;
import io.tierkeeper.lab.swarm.SwarmOptions;
import io.tierkeeper.lab.swarm.SwarmReport;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Subcommand;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.qdrant.QdrantException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs many agents that share findings through one tiered collection. */
@Command(
    name = "swarm",
    subcommands = {SwarmDepositCommand.class, SwarmQueryCommand.class},
    description =
        "Run many agents that share findings through one tiered collection with a tenant per group, and measure benefit, latency and correctness.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":every read was answered correctly, and every move succeeded",
      ExitCode.FAILURE + ":a read failed or had a wrong answer, or a move did not succeed",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} swarm --agents 1000 --qdrant local --seconds 20 --kill-peer",
      "  ${ROOT-COMMAND-NAME} swarm --agents 20,100,1000 --groups 1 --seconds 5"
    })
public final class SwarmCommand implements Subcommand, Callable<Integer> {

  private static final String COLLECTION = "tierkeeper-swarm";
  private static final String LOCAL = "local";

  @Option(
      names = "--agents",
      paramLabel = "N",
      defaultValue = "20",
      split = ",",
      description =
          "Number of agents, 2 to 100000; default ${DEFAULT-VALUE}. Several numbers, such as 20,100,1000, are run one after the other and compared.")
  List<Integer> agents = new ArrayList<>();

  @Option(
      names = "--groups",
      paramLabel = "N",
      description =
          "Number of groups, each a tenant whose agents share packets; 1 is one pool of all agents. Default: groups of ten, from 250 agents on of twenty-five.")
  @Nullable
  Integer groups;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "Replicas of each shard, 1, 2 or 3; default 1, with --kill-peer 2.")
  @Nullable
  Integer replicas;

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Option(
      names = "--kill-peer",
      description =
          "Kill one of three peers halfway; with --govern in a phase of a move that the seed chooses, and start it again two seconds later. Only with an embedded or local Qdrant.")
  boolean killPeer;

  @Option(names = "--govern", description = "Promote and demote groups while their agents work.")
  boolean govern;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description =
          "How long all agents work at once after the last one has arrived, 0 to 3600; extended until all moves have ended; default ${DEFAULT-VALUE}.")
  int seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the problems that agents work on.")
  long seed;

  @Mixin
  OutputOption output = new OutputOption();

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "Write a chart of the run to this file.")
  @Nullable
  Path svg;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (seconds < 0 || seconds > 3600) {
      throw new UsageException("--seconds " + seconds + " must be between 0 and 3600");
    }
    if (seconds == 0 && (killPeer || govern)) {
      throw new UsageException("--seconds 0 leaves no time for --kill-peer or --govern");
    }
    boolean local = qdrant.is(LOCAL);
    if (killPeer && !local && !qdrant.embedded()) {
      throw new UsageException("--kill-peer needs --qdrant embedded or local");
    }
    if (agents.size() > 1 && svg != null) {
      throw new UsageException("--svg draws one run; --agents has " + agents.size() + " numbers");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    List<SwarmReport> reports = new ArrayList<>();
    String qdrantUsed = "";
    try {
      for (int each : agents) {
        // A peer that was killed stays away, so each run has its own Qdrant.
        try (SwarmStage stage = stage()) {
          if (reports.isEmpty() && !output.structured()) {
            out.println("Tierkeeper swarm on " + stage.description() + ".");
          }
          qdrantUsed = stage.description();
          reports.add(run(stage, each));
        }
      }
    } catch (QdrantException e) {
      throw new UsageException("--qdrant: " + e.getMessage());
    }
    return report(out, qdrantUsed, reports);
  }

  private SwarmStage stage() {
    if (qdrant.is(LOCAL)) {
      return SwarmStage.local(System.getenv());
    }
    return qdrant.embedded() ? SwarmStage.embedded(seed) : SwarmStage.of(qdrant);
  }

  private SwarmReport run(SwarmStage stage, int each) throws InterruptedException {
    SwarmOptions options = options(stage, each);
    Swarm swarm = new Swarm(stage.cluster(), new HashedNgrams(), options, Clock.systemUTC());
    try (CtrlC early = new CtrlC(swarm::stop)) {
      return run(swarm);
    }
  }

  private int report(PrintWriter out, String qdrantUsed, List<SwarmReport> reports)
      throws IOException {
    SwarmReport first = reports.getFirst();
    if (svg != null) {
      Files.writeString(svg, SwarmChart.of(first));
    }
    boolean several = reports.size() > 1;
    if (output.structured()) {
      output.print(
          out, several ? SwarmText.json(reports, qdrantUsed) : SwarmText.json(first, qdrantUsed));
    } else if (several) {
      SwarmText.curve(out, reports);
    } else {
      SwarmText.print(out, first);
    }
    return reports.stream().allMatch(SwarmReport::passed) ? ExitCode.OK : ExitCode.FAILURE;
  }

  private SwarmOptions options(SwarmStage stage, int each) {
    int copies = replicas != null ? replicas : killPeer ? 2 : 1;
    int peers = stage.cluster().peers().size();
    if (copies > peers) {
      throw new UsageException("--replicas is " + copies + "; allowed is at most " + peers
          + ", the number of --qdrant endpoints");
    }
    try {
      return new SwarmOptions(
          COLLECTION,
          each,
          groups == null ? SwarmOptions.usualGroups(each) : groups,
          copies,
          seed,
          Duration.ofSeconds(seconds),
          govern,
          killPeer ? stage.kill() : null);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private SwarmReport run(Swarm swarm) throws InterruptedException {
    PrintWriter err = Objects.requireNonNull(spec).commandLine().getErr();
    try (ProgressBar arriving = ProgressBars.begin(err, "arrive", swarm.arrivals());
        ProgressBar working = ProgressBars.begin(err, "work, ms", seconds * 1000L)) {
      SwarmReport report = swarm.run(arriving::stepTo, working::stepTo);
      swarm.cleanUp();
      return report;
    }
  }
}
