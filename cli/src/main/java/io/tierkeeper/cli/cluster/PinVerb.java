package io.tierkeeper.cli.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.cli.YesOption;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.launcher.CommandName;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.FailureException;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.operator.move.TierNames;
import java.io.PrintWriter;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Pins a tenant to a tier. The operator plans the move that this needs as any other. */
abstract class PinVerb extends TenantVerb {

  @Mixin
  YesOption yes = new YesOption();

  @Option(
      names = "--integer",
      description =
          "The tenant is an unsigned integer in the payload; for a tenant without a TenantTier.")
  boolean integer;

  /** The tier to pin to. */
  abstract TenantTierSpec.Tier tier();

  private Direction direction() {
    return tier() == TenantTierSpec.Tier.Dedicated ? Direction.Promote : Direction.Demote;
  }

  @Override
  int run(Cluster cluster, Fleet fleet, PrintWriter out) throws JsonProcessingException {
    List<TenantSubject> known = fleet.find(name, collection);
    if (!known.isEmpty()) {
      return run(cluster, fleet.tenant(name, collection, cluster.namespace()), out);
    }
    TieredCollection in = fleet.collection(collection, cluster.namespace());
    // A small tenant may be in no list; the user must say that there is no typing error.
    if (collection == null) {
      throw new FailureException(
          "tenant " + name + " has no TenantTier and is none of the biggest of collection "
              + in.getMetadata().getName() + "; if the name is right, add --collection "
              + in.getMetadata().getName() + " to create a TenantTier for it");
    }
    return run(
        cluster,
        new TenantSubject(
            cluster.namespace(), in.getMetadata().getName(), in, name, null, null, List.of()),
        out);
  }

  @Override
  int run(Cluster cluster, TenantSubject subject, PrintWriter out) throws JsonProcessingException {
    TenantTier resource = subject.tier();
    TenantTierSpec.Tier before = resource == null
        ? TenantTierSpec.Tier.Auto
        : Objects.requireNonNullElse(resource.getSpec().tier(), TenantTierSpec.Tier.Auto);
    if (before == tier() && resource != null) {
      report(
          out,
          resource,
          "Tenant " + subject.tenant() + " is pinned to " + tier() + " already; it is in tier "
              + subject.presentTier() + ".");
      return ExitCode.OK;
    }
    Policy rules = new Policies(cluster).of(subject.collection()).orElse(null);
    PrintWriter to = output.structured() ? err() : out;
    if (subject.presentTier().equals(tier().name())) {
      to.println("Tenant " + subject.tenant() + " of collection " + subject.collectionName()
          + " is in tier " + tier() + " already; the pin keeps it there.");
    } else {
      subject
          .open()
          .filter(move -> move.getSpec().direction() == direction())
          .map(move -> PlanView.of(subject, move))
          .orElseGet(() -> PlanView.estimate(subject, direction(), rules, "NotPlanned", null))
          .print(to, clock.instant());
    }
    to.println("  pin       spec.tier of TenantTier "
        + (resource == null
            ? newName(subject) + " (new)"
            : resource.getMetadata().getName())
        + ": " + before + " -> " + tier());
    to.println("  then      " + consequence(rules));
    if (!prompt.confirmed(
        yes.yes, err(), "Pin tenant " + subject.tenant() + " to " + tier() + "?")) {
      return ExitCode.FAILURE;
    }
    TenantTier pinned = resource == null
        ? cluster.create(create(cluster, subject))
        : cluster.merge(resource, spec("tier", tier().name()));
    report(
        out,
        pinned,
        "TenantTier " + pinned.getMetadata().getName() + " pins tenant " + subject.tenant() + " to "
            + tier() + ". See the plan with: "
            + CommandName.of("plan " + StatusText.quoted(subject.tenant()))
            + "; follow the policy again with: "
            + CommandName.of("unpin " + StatusText.quoted(subject.tenant())));
    return ExitCode.OK;
  }

  private String consequence(@Nullable Policy rules) {
    if (rules == null) {
      return "the operator plans, verifies and records the move as any other";
    }
    if (!Policies.move(rules)) {
      return "nothing moves: policy " + rules.name() + " is in mode "
          + rules.decisions().mode().label()
          + "; the move is planned when spec.mode is Approve or Auto";
    }
    boolean approval = rules
        .decisions()
        .needsApproval(
            direction() == Direction.Promote
                ? io.tierkeeper.governance.decision.Direction.PROMOTE
                : io.tierkeeper.governance.decision.Direction.DEMOTE);
    return "the operator plans the move, "
        + (approval ? "which needs an approval, " : "")
        + "and makes it in the next open window; pauses hold it";
  }

  private TenantTier create(Cluster cluster, TenantSubject subject) {
    TenantTier created = new TenantTier();
    created.setMetadata(new ObjectMetaBuilder()
        .withName(newName(subject))
        .withNamespace(cluster.namespace())
        .build());
    created.setSpec(new TenantTierSpec(
        new LocalReference(subject.collectionName()),
        integer ? null : subject.tenant(),
        integer ? number(subject.tenant()) : null,
        tier(),
        null,
        null,
        null,
        null,
        null));
    return created;
  }

  private static Long number(String text) {
    try {
      return Long.valueOf(text);
    } catch (NumberFormatException e) {
      throw new UsageException("--integer needs a tenant that is a whole number, not " + text);
    }
  }

  private static String newName(TenantSubject subject) {
    return TierNames.tenantTier(subject.collectionName(), subject.tenant());
  }
}
