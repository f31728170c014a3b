package io.tierkeeper.lab.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.cli.OutputOption;
import io.tierkeeper.cli.Table;
import io.tierkeeper.lab.swarm.Match;
import io.tierkeeper.lab.swarm.Question;
import io.tierkeeper.lab.swarm.Synthesis;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Finds packets of agents about a problem. */
@Command(
    name = "query",
    description =
        "Find the outcome packets of a group about a problem, most similar first, and their synthesis.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":Qdrant answered, also if no packet was found",
      ExitCode.FAILURE + ":an unexpected error",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ${ROOT-COMMAND-NAME} swarm query --qdrant http://qdrant:6334 --collection packets --tenant team-a --agent-id agent_001 --problem-description 'latency of inference with 8k tokens'")
final class SwarmQueryCommand implements Callable<Integer> {

  private static final int MAX_TOP_K = 1000;

  @Mixin
  PacketOptions packets = new PacketOptions();

  @Option(
      names = "--agent-id",
      paramLabel = "NAME",
      description = "The agent that asks; its own packets are left out.")
  @Nullable
  String agentId;

  @Option(
      names = "--domain-filter",
      paramLabel = "TAG",
      description = "Only packets with this domain tag.")
  @Nullable
  String domainFilter;

  @Option(
      names = "--min-confidence",
      paramLabel = "SHARE",
      defaultValue = "0",
      description = "Only packets of at least this confidence, 0 to 1; default ${DEFAULT-VALUE}.")
  double minConfidence;

  @Option(
      names = "--min-similarity",
      paramLabel = "COSINE",
      defaultValue = "0.35",
      description =
          "Only packets at least this similar to the problem, -1 to 1; default ${DEFAULT-VALUE}.")
  double minSimilarity;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "10",
      description = "Packets at most, 1 to 1000; default ${DEFAULT-VALUE}.")
  int topK;

  @Mixin
  OutputOption output = new OutputOption();

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() throws JsonProcessingException {
    if (packets.problemDescription.isBlank()) {
      throw new UsageException("problem_description is '" + packets.problemDescription
          + "'; allowed is a description of the problem");
    }
    between("--min-confidence", minConfidence, 0, 1);
    between("--min-similarity", minSimilarity, -1, 1);
    between("--top-k", topK, 1, MAX_TOP_K);
    List<Match> matches = packets.call(
        false,
        memory -> memory.query(
            packets.group(),
            new Question(
                packets.problemDescription,
                domainFilter,
                minConfidence,
                minSimilarity,
                topK,
                agentId)));
    PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
    if (output.structured()) {
      output.print(out, json(matches));
    } else {
      print(out, matches);
    }
    return ExitCode.OK;
  }

  private static void between(String option, Number value, double least, double most) {
    if (!(value.doubleValue() >= least && value.doubleValue() <= most)) {
      throw new UsageException(String.format(
          Locale.ROOT, "%s is %s; allowed is %.0f to %.0f", option, value, least, most));
    }
  }

  private static void print(PrintWriter out, List<Match> matches) {
    Table table = new Table("SIMILARITY", "OUTCOME", "CONFIDENCE", "AGENT", "DELTA SUMMARY");
    for (Match match : matches) {
      table.row(
          String.format(Locale.ROOT, "%.3f", match.similarity()),
          match.packet().outcomeType().word(),
          String.format(Locale.ROOT, "%.2f", match.packet().confidence()),
          match.packet().agentId(),
          match.packet().deltaSummary());
    }
    if (matches.isEmpty()) {
      out.println("no packet found");
      return;
    }
    table.print(out, "");
    out.println("synthesis: " + Synthesis.of(matches));
  }

  private static ObjectNode json(List<Match> matches) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode node = mapper.createObjectNode();
    ArrayNode found = node.putArray("matches");
    for (Match match : matches) {
      found
          .addObject()
          .put("id", match.id())
          .put("similarity", match.similarity())
          .set("packet", mapper.readTree(match.packet().json()));
    }
    Synthesis synthesis = Synthesis.of(matches);
    node.putObject("synthesis")
        .put("outcome_type", synthesis.outcome().word())
        .put("confidence", synthesis.confidence())
        .put("delta_summary", synthesis.delta())
        .put("packets", synthesis.packets());
    return node;
  }
}
