package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Holds moves of a collection for a time, with a reason. */
@Command(
    name = "pause",
    description = {
      "Start no move in a collection for a time, with a reason.",
      "The pause ends by itself; measurements and advice continue. What a move in progress does is spec.stopPolicy of the collection."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} pause kb --for 2h --reason 'INC-4711: search is slow'",
      "  ${ROOT-COMMAND-NAME} pause --all --for 48h --reason 'quarter close' --direction Demote"
    })
public final class PauseCommand extends PauseVerb {

  @Option(
      names = "--for",
      required = true,
      paramLabel = "DURATION",
      description = "How long, such as 90s, 30m or 2h; a week is 168h.")
  String duration = "";

  @Option(
      names = "--reason",
      required = true,
      paramLabel = "TEXT",
      description = "Why; shown wherever a move waits.")
  String reason = "";

  @Option(
      names = "--direction",
      paramLabel = "DIRECTION",
      description = "Only Promote or only Demote; default: both.")
  @Nullable
  Direction direction;

  @Override
  Cluster.Change<TieredCollection> change(Cluster cluster, PrintWriter out) {
    Duration length;
    try {
      length = DurationText.parse("--for", duration);
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
    if (!length.isPositive()) {
      throw new UsageException("--for " + duration + " must be longer than 0s");
    }
    if (reason.isBlank()) {
      throw new UsageException("--reason must not be empty");
    }
    String until = clock.instant().plus(length).truncatedTo(ChronoUnit.SECONDS).toString();
    String by = owner(cluster);
    return resource -> {
      List<TieredCollectionSpec.Pause> pauses = new ArrayList<>(inForce(resource));
      if (pauses.size() >= MAX_PAUSES) {
        throw new FailureException("TieredCollection " + resource.getMetadata().getName() + " has "
            + pauses.size() + " pauses; allowed: " + MAX_PAUSES);
      }
      pauses.add(new TieredCollectionSpec.Pause(
          by, reason, until, direction == null ? null : List.of(direction)));
      report(
          out,
          store(cluster, resource, pauses),
          "TieredCollection " + resource.getMetadata().getName() + " is paused by " + by + " until "
              + until + ": " + reason + ". End it earlier with: "
              + CommandName.of("resume " + resource.getMetadata().getName()));
    };
  }
}
