package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Rejects a plan before anything was changed. */
@Command(
    name = "reject",
    description = {
      "Reject the plan of a move that has not begun.",
      "Shows the plan, asks, and aborts the TierMove."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} reject acme")
public final class RejectCommand extends TenantVerb {

  @Mixin
  YesOption yes = new YesOption();

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TierMove move = unfinished(subject);
    String moveName = move.getMetadata().getName();
    if (!Reading.notBegun(move)) {
      throw new FailureException("TierMove " + moveName + " has begun (phase " + Reading.phase(move)
          + "); stop it with: " + CommandName.of("abort " + moveName));
    }
    show(out, PlanView.of(subject, move));
    if (!prompt.confirmed(yes.yes, err(), "Reject plan " + move.getSpec().planHash() + "?")) {
      return ExitCode.FAILURE;
    }
    TierMove rejected = cluster.merge(move, spec("abort", true));
    String again = new Policies(cluster)
        .of(subject.collection())
        .map(RejectCommand::cooldown)
        .map(rest -> "The policy may advise it again after " + rest + " (cooldown.afterAbort). ")
        .orElse("");
    boolean promote = move.getSpec().direction() == Direction.Promote;
    report(
        out,
        rejected,
        "TierMove " + moveName + " rejected: " + move.getSpec().planHash() + ". " + again
            + "Keep the tenant where it is with: "
            + CommandName.of(
                (promote ? "demote " : "promote ") + StatusText.quoted(subject.tenant())));
    return ExitCode.OK;
  }

  private static String cooldown(Policy policy) {
    return DurationText.format(policy.decisions().cooldown().afterAbort());
  }
}
