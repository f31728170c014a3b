package io.tierkeeper.lab.commands;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.cli.CtrlC;
import io.tierkeeper.cli.ProgressBars;
import io.tierkeeper.cli.QdrantOption;
import io.tierkeeper.lab.swarm.HashedNgrams;
import io.tierkeeper.lab.swarm.Swarm;
import io.tierkeeper.lab.swarm.SwarmChart;
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
import java.util.Objects;
import java.util.concurrent.Callable;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Lets many agents share what they find out through one tiered collection. */
@Command(
    name = "swarm",
    description =
        "Lets many agents leave each other what they found out, in one tiered collection with a tenant for each group, and says how soon that is of use, how fast it is, and whether anything was lost.",
    mixinStandardHelpOptions = true)
public final class SwarmCommand implements Subcommand, Callable<Integer> {

  private static final String COLLECTION = "tierkeeper-swarm";
  private static final String LOCAL = "local";

  @Option(
      names = "--agents",
      defaultValue = "20",
      description = "How many, 2 to 100000; default ${DEFAULT-VALUE}.")
  int agents;

  @Mixin
  QdrantOption qdrant = new QdrantOption();

  @Option(
      names = "--kill-peer",
      description =
          "One of three peers dies in the middle; the collection has two replicas of everything. Not with a Qdrant of somebody else's.")
  boolean killPeer;

  @Option(
      names = "--govern",
      description = "Groups are promoted and demoted while their agents work.")
  boolean govern;

  @Option(
      names = "--seconds",
      defaultValue = "10",
      description =
          "How long all agents work at once after they have arrived, 0 to 3600; longer where moves take longer; default ${DEFAULT-VALUE}.")
  int seconds;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the agents' problems.")
  long seed;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Option(names = "--svg", paramLabel = "FILE", description = "Draw the run into this file.")
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
      throw new UsageException(
          "--kill-peer needs --qdrant embedded or local: nobody else's peers are killed");
    }
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    try (SwarmStage stage = local
        ? SwarmStage.local(System.getenv())
        : qdrant.embedded() ? SwarmStage.embedded(seed) : SwarmStage.of(qdrant)) {
      if (!json) {
        out.println("Tierkeeper swarm on " + stage.description() + ".");
      }
      Swarm swarm =
          new Swarm(stage.cluster(), new HashedNgrams(), options(stage), Clock.systemUTC());
      try (CtrlC early = new CtrlC(swarm::stop)) {
        return tell(out, stage, run(swarm));
      }
    } catch (QdrantException e) {
      throw new UsageException("--qdrant: " + e.getMessage());
    }
  }

  private int tell(PrintWriter out, SwarmStage stage, SwarmReport report) throws IOException {
    if (svg != null) {
      Files.writeString(svg, SwarmChart.of(report));
    }
    if (json) {
      out.println(
          new ObjectMapper().writeValueAsString(SwarmText.json(report, stage.description())));
    } else {
      SwarmText.print(out, report);
    }
    return report.asPromised() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private SwarmOptions options(SwarmStage stage) {
    try {
      return new SwarmOptions(
          COLLECTION,
          agents,
          seed,
          Duration.ofSeconds(seconds),
          govern,
          killPeer ? stage.kill() : null);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--agents: " + e.getMessage());
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
