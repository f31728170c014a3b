package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import picocli.CommandLine.Command;

/** Pins a tenant to the fallback. */
@Command(
    name = "demote",
    description = {
      "Pin a tenant to the fallback (spec.tier: Fallback).",
      "The move is planned, approved, verified and recorded as any other."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} demote acme")
public final class DemoteCommand extends PinVerb {

  @Override
  TenantTierSpec.Tier tier() {
    return TenantTierSpec.Tier.Fallback;
  }
}
