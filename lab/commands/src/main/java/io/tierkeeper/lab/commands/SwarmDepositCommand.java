package io.tierkeeper.lab.commands;

import io.tierkeeper.lab.swarm.Outcome;
import io.tierkeeper.lab.swarm.OutcomePacket;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.UsageException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Stores one packet of an agent. */
@Command(
    name = "deposit",
    description =
        "Store the outcome packet of an agent in a tiered collection, and print the id of its point.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.OK + ":the packet is stored",
      ExitCode.FAILURE + ":an unexpected error",
      ExitCode.USAGE_LINE
    },
    footerHeading = "%nExample:%n",
    footer =
        "  ${ROOT-COMMAND-NAME} swarm deposit --qdrant http://qdrant:6334 --collection packets --tenant team-a --agent-id agent_000 --problem-description 'inference latency at 8k tokens' --outcome-type resolved --confidence 0.87 --delta-summary 'Flash attention halved it' --domain-tags llm-inference,production")
final class SwarmDepositCommand implements Callable<Integer> {

  private static final int MILLIS = 3;

  @Mixin
  PacketOptions packets = new PacketOptions();

  @Option(
      names = "--create",
      description = "Create the collection if it does not exist, with one replica.")
  boolean create;

  @Option(
      names = "--outcome-type",
      required = true,
      paramLabel = "WORD",
      description = "resolved, partial, contradicted or open.")
  String outcomeType = "";

  @Option(
      names = "--confidence",
      required = true,
      paramLabel = "SHARE",
      description = "Confidence in the outcome, 0 to 1.")
  double confidence;

  @Option(
      names = "--delta-summary",
      required = true,
      paramLabel = "TEXT",
      description = "What changed, at most 200 characters.")
  String deltaSummary = "";

  @Option(
      names = "--domain-tags",
      paramLabel = "TAG",
      split = ",",
      description = "Words to filter by.")
  List<String> domainTags = new ArrayList<>();

  @Option(
      names = "--agent-id",
      required = true,
      paramLabel = "NAME",
      description = "Name of the agent.")
  String agentId = "";

  @Option(
      names = "--timestamp",
      paramLabel = "SECONDS",
      description = "When the agent finished, in seconds since 1970; default: now.")
  @Nullable
  BigDecimal timestamp;

  @Option(
      names = "--ttl",
      paramLabel = "SECONDS",
      defaultValue = "3600",
      description = "How long the packet is valid, in seconds; default ${DEFAULT-VALUE}.")
  long ttl;

  @Spec
  @Nullable
  CommandSpec spec;

  @Override
  public Integer call() {
    try {
      OutcomePacket packet = new OutcomePacket(
          packets.problemDescription,
          Outcome.named(outcomeType),
          confidence,
          deltaSummary,
          domainTags,
          timestamp == null
              ? Instant.now()
              : Instant.ofEpochMilli(timestamp.movePointRight(MILLIS).longValue()),
          agentId,
          Duration.ofSeconds(ttl));
      packets.call(create, memory -> {
        memory.deposit(packets.group(), packet);
        return packet;
      });
      Objects.requireNonNull(spec)
          .commandLine()
          .getOut()
          .println("deposited " + packet.id() + ", " + packet.bytes() + " bytes of "
              + OutcomePacket.MAX_BYTES + ", valid until " + packet.expires());
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
