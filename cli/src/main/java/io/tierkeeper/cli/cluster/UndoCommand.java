package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Takes a promotion back while its old copy is retained. */
@Command(
    name = "undo",
    description = {
      "Undo a promotion while its old copy is retained.",
      "Pins the tenant to the fallback, which returns it there with all that was written since."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} undo acme")
public final class UndoCommand extends TenantVerb {

  @Mixin
  YesOption yes = new YesOption();

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TierMove move = move(subject);
    String moveName = move.getMetadata().getName();
    boolean promotion = move.getSpec().direction() == Direction.Promote;
    String tenant = StatusText.quoted(subject.tenant());
    if (Reading.ended(move) || !promotion) {
      throw new FailureException("TierMove " + moveName + " cannot be undone: "
          + (Reading.ended(move)
              ? "it has ended (" + Reading.phase(move) + "); move the tenant back with: "
                  + CommandName.of((promotion ? "demote " : "promote ") + tenant)
              : "it is a demotion; stop it with: " + CommandName.of("abort " + moveName)));
    }
    TierMoveStatus status = move.getStatus();
    TierMoveStatus.Undo undo = status == null ? null : status.undo();
    if (undo == null || !Boolean.TRUE.equals(undo.possible())) {
      throw new FailureException("TierMove " + moveName + " is in phase " + Reading.phase(move)
          + " and cannot be undone; "
          + (Reading.phase(move).equals("CleaningUp")
              ? "it deletes its verified source; move the tenant back afterwards with: "
                  + CommandName.of("demote " + tenant)
              : "stop it with: " + CommandName.of("abort " + moveName)));
    }
    TenantTier resource = subject.tier();
    if (resource == null) {
      throw new FailureException("the TenantTier of TierMove " + moveName + " was deleted");
    }
    show(out, PlanView.of(subject, move));
    if (undo.until() != null) {
      (output.structured() ? err() : out)
          .println("  undo      possible until " + Reading.at(undo.until(), clock.instant()));
    }
    if (!prompt.confirmed(
        yes.yes, err(), "Return tenant " + subject.tenant() + " to the fallback?")) {
      return ExitCode.FAILURE;
    }
    TenantTier pinned = cluster.merge(resource, spec("tier", TenantTierSpec.Tier.Fallback.name()));
    report(
        out,
        pinned,
        "TierMove " + moveName + " is undone: tenant " + subject.tenant()
            + " is pinned to Fallback and returns there. Follow the policy again afterwards with: "
            + CommandName.of("unpin " + tenant));
    return ExitCode.OK;
  }
}
