package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import java.io.PrintWriter;
import java.util.Objects;
import picocli.CommandLine.Command;

/** Lets a tenant follow the policy again. */
@Command(
    name = "unpin",
    description = {
      "Let a pinned tenant follow the policy again (spec.tier: Auto).",
      "For after promote, demote or undo."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} unpin acme")
public final class UnpinCommand extends TenantVerb {

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TenantTier resource = subject.tier();
    if (resource == null) {
      throw new FailureException(subject.words() + " has no TenantTier and so no pin");
    }
    TenantTierSpec.Tier before =
        Objects.requireNonNullElse(resource.getSpec().tier(), TenantTierSpec.Tier.Auto);
    TenantTier stored = before == TenantTierSpec.Tier.Auto
        ? resource
        : cluster.merge(resource, spec("tier", TenantTierSpec.Tier.Auto.name()));
    report(
        out,
        stored,
        "TenantTier " + stored.getMetadata().getName()
            + (before == TenantTierSpec.Tier.Auto
                ? " has no pin."
                : " follows the policy again; it was pinned to " + before
                    + ". See what the policy advises with: "
                    + CommandName.of("explain " + StatusText.quoted(subject.tenant()))));
    return ExitCode.OK;
  }
}
