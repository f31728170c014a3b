package io.tierkeeper.cli.cluster;

import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import picocli.CommandLine.Command;

/** Pins a tenant to a dedicated shard key. */
@Command(
    name = "promote",
    description = {
      "Pin a tenant to a dedicated shard key (spec.tier: Dedicated).",
      "The move is planned, approved, verified and recorded as any other."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  ${ROOT-COMMAND-NAME} promote acme")
public final class PromoteCommand extends PinVerb {

  @Override
  TenantTierSpec.Tier tier() {
    return TenantTierSpec.Tier.Dedicated;
  }
}
