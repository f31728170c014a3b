package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Ends or extends the time in which a promotion can be undone. */
@Command(
    name = "retain",
    description = {
      "End or extend the retention of a promotion's old copy.",
      "While it is retained, undo is possible."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} retain acme --extend 24h",
      "  ${ROOT-COMMAND-NAME} retain acme --end           frees the memory of the old copy now"
    })
public final class RetainCommand extends TenantVerb {

  @ArgGroup(multiplicity = "1")
  Change change = new Change();

  @Mixin
  YesOption yes = new YesOption();

  /** One of the two. */
  static final class Change {
    @Option(
        names = "--end",
        required = true,
        description =
            "Delete the old copy now, in the next open window if the policy requires one.")
    boolean end;

    @Option(
        names = "--extend",
        required = true,
        paramLabel = "DURATION",
        description = "Retain the old copy for so much longer, such as 24h.")
    @Nullable
    String extend;
  }

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TierMove move = unfinished(subject);
    String moveName = move.getMetadata().getName();
    TierMoveStatus status = move.getStatus();
    TierMoveStatus.Undo undo = status == null ? null : status.undo();
    Instant until = TimeText.read(undo == null ? null : undo.until()).orElse(null);
    if (!Reading.phase(move).equals("Retaining") || until == null) {
      throw new FailureException("TierMove " + moveName + " is in phase " + Reading.phase(move)
          + " and retains no old copy; only a promotion in phase Retaining does");
    }
    // The status may be a moment behind what was requested last.
    Instant present = TimeText.read(move.getSpec().retainUntil()).orElse(until);
    Instant next = change.extend == null ? clock.instant() : present.plus(duration(change.extend));
    String end = next.truncatedTo(ChronoUnit.SECONDS).toString();
    if (change.extend == null) {
      show(out, PlanView.of(subject, move));
      if (!prompt.confirmed(
          yes.yes,
          err(),
          "Delete the old copy of tenant " + subject.tenant() + " now, after which " + moveName
              + " cannot be undone?")) {
        return ExitCode.FAILURE;
      }
    }
    TierMove changed = cluster.merge(move, spec("retainUntil", end));
    report(
        out,
        changed,
        "TierMove " + moveName
            + (change.extend == null
                ? " ends its retention now; the old copy is compared once more and deleted."
                : " retains the old copy until " + end + ", instead of " + present + ".")
            + " Follow it with: "
            + CommandName.of("status " + subject.collectionName() + " --watch"));
    return ExitCode.OK;
  }

  private static Duration duration(String text) {
    try {
      Duration length = DurationText.parse("--extend", text);
      if (length.isZero()) {
        throw new UsageException("--extend " + text + " must be longer than 0s");
      }
      return length;
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }
}
