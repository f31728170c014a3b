package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Stops a move at the next safe point and reverts it. */
@Command(
    name = "abort",
    description = {
      "Abort a move: stop it at the next safe point and revert it.",
      "No point is lost. A move that deletes its source already runs to its end."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} abort acme")
public final class AbortCommand extends TenantVerb {

  @Mixin
  YesOption yes = new YesOption();

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TierMove move = unfinished(subject);
    String moveName = move.getMetadata().getName();
    if (Boolean.TRUE.equals(move.getSpec().abort())) {
      throw new FailureException("TierMove " + moveName
          + " is being aborted already; it is in phase " + Reading.phase(move));
    }
    if (Reading.phase(move).equals("CleaningUp")) {
      throw new FailureException(
          "TierMove " + moveName
              + " deletes its verified source already and runs to its end; move the tenant back afterwards");
    }
    show(out, PlanView.of(subject, move));
    if (!prompt.confirmed(yes.yes, err(), "Abort TierMove " + moveName + "?")) {
      return ExitCode.FAILURE;
    }
    TierMove aborted = cluster.merge(move, spec("abort", true));
    report(
        out,
        aborted,
        "TierMove " + moveName + " is aborted at the next safe point. Follow it with: "
            + CommandName.of("status " + subject.collectionName() + " --watch"));
    return ExitCode.OK;
  }
}
