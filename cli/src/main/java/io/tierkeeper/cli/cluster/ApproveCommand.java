package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.api.v1alpha1.Annotations;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Approves exactly the plan that is shown, in the name of the user. */
@Command(
    name = "approve",
    description = {
      "Approve the plan of a move.",
      "Shows the plan, asks, and approves exactly this plan in the name of the user."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  ${ROOT-COMMAND-NAME} approve acme",
      "  ${ROOT-COMMAND-NAME} approve acme --yes --plan-hash sha256:7f3a…     in a script"
    })
public final class ApproveCommand extends TenantVerb {

  @Mixin
  YesOption yes = new YesOption();

  @Option(
      names = "--plan-hash",
      paramLabel = "HASH",
      description = "Fail if the plan is another one than that of this hash.")
  @Nullable
  String planHash;

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TierMove move = unfinished(subject);
    String moveName = move.getMetadata().getName();
    String hash = String.valueOf(move.getSpec().planHash());
    TierMoveStatus status = move.getStatus();
    if (planHash != null && !planHash.equals(hash)) {
      throw new FailureException("TierMove " + moveName + " has the plan " + hash + ", not "
          + planHash + "; look at it with: " + CommandName.of("plan " + moveName));
    }
    if (status != null && status.approval() != null) {
      throw new FailureException("TierMove " + moveName + " was approved already, by "
          + status.approval().by() + " at " + status.approval().at() + "; it is in phase "
          + Reading.phase(move));
    }
    if (Boolean.TRUE.equals(move.getSpec().approved())) {
      throw new FailureException(
          "spec.approved of TierMove " + moveName + " is true already; is the operator running?");
    }
    if (!Reading.notBegun(move) || Boolean.TRUE.equals(move.getSpec().abort())) {
      throw new FailureException("TierMove " + moveName + " is in phase " + Reading.phase(move)
          + " and cannot be approved");
    }
    show(out, PlanView.of(subject, move));
    if (!prompt.confirmed(yes.yes, err(), "Approve plan " + hash + "?")) {
      return ExitCode.FAILURE;
    }
    ObjectNode patch = spec("approved", true);
    Optional<String> user = cluster.user();
    // Both in one request: the approval guard looks at the annotation when it sees the approval.
    user.ifPresent(by ->
        patch.putObject("metadata").putObject("annotations").put(Annotations.APPROVED_BY, by));
    TierMove approved = cluster.merge(move, patch);
    report(
        out,
        approved,
        "TierMove " + moveName + " approved" + user.map(by -> " by " + by).orElse("") + ": " + hash
            + ". Follow it with: "
            + CommandName.of("status " + subject.collectionName() + " --watch"));
    return ExitCode.OK;
  }
}
