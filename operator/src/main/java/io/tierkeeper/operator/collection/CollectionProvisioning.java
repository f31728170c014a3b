package io.tierkeeper.operator.collection;

import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollectionStatus;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.moves.act.LeaderGuard;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.operator.connection.QdrantConnections.Connection;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.layout.LayoutJudgement;
import io.tierkeeper.operator.provision.ProvisionDecision;
import io.tierkeeper.operator.provision.ProvisionDrift;
import io.tierkeeper.operator.provision.ProvisionPlan;
import io.tierkeeper.operator.provision.ProvisionStep;
import io.tierkeeper.operator.provision.Provisioner;
import io.tierkeeper.qdrant.CollectionDescription;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out {@code spec.provision} within an evaluation, and reports how the collection differs from it. */
final class CollectionProvisioning {

  private final CollectionRuntimes runtimes;

  CollectionProvisioning(CollectionRuntimes runtimes) {
    this.runtimes = runtimes;
  }

  /** A collection as all peers and the first of them show it; the description is null where there is none. */
  record Observed(ClusterLayout layout, @Nullable CollectionDescription description) {
    static Observed of(Connection connection, String collection, ClusterLayout layout) {
      return new Observed(
          layout, layout.peers().get(0).port().describe(collection).orElse(null));
    }
  }

  /**
   * Creates or changes the collection where {@code spec.provision} says so.
   *
   * @param deleteBatch of the policy
   * @return the collection as it is then
   * @throws Unusable where the creation of the collection is not complete
   */
  Observed provide(
      CollectionCase about,
      Connection connection,
      Observed observed,
      int deleteBatch,
      CollectionStatusWriter status)
      throws Unusable {
    if (about.spec().provision() == null) {
      return observed;
    }
    ProvisionPlan plan = plan(about);
    String owner = about.namespace() + "/" + about.name();
    Observed now = observed;
    List<ProvisionStep> steps =
        about.suspended() || observed.layout().versionRefusal().isPresent()
            ? List.of()
            : ProvisionDecision.steps(plan, observed.layout(), observed.description(), owner);
    if (!steps.isEmpty()) {
      CollectionDescription before = observed.description();
      boolean creation =
          before == null || ProvisionDecision.interrupted(observed.layout(), before, owner);
      if (before == null) {
        stopOn(ConditionTypes.PROVISIONED, vanished(about, plan.collection()));
      }
      if (creation) {
        stopOn(
            ConditionTypes.PROVISIONED,
            ProvisionDecision.refusal(plan, observed.layout(), deleteBatch));
      }
      stopOn(ConditionTypes.PROVISIONED, carryOut(about, connection, plan, steps));
      status.provisionedBy(plan, steps, creation);
      ClusterLayout again = new LayoutObserver(connection.cluster()).observe(plan.collection());
      stopOn(ConditionTypes.QDRANT_REACHABLE, LayoutJudgement.unreachable(again));
      now = Observed.of(connection, plan.collection(), again);
    }
    CollectionDescription description = now.description();
    if (description != null) {
      status.provisioned(
          plan,
          ProvisionDrift.of(
              plan, description, now.layout().replicas(plan.fallback()).size()));
    }
    return now;
  }

  private static ProvisionPlan plan(CollectionCase about) throws Unusable {
    try {
      return ProvisionPlan.of(about.spec());
    } catch (IllegalArgumentException e) {
      throw new Unusable(
          ConditionTypes.PROVISIONED,
          new Finding(Reasons.PROVISION_REFUSED, "spec.provision." + e.getMessage()));
    }
  }

  /** A collection that was measured once had points, and a new one would hide that they are lost. */
  private static Optional<Finding> vanished(CollectionCase about, String collection) {
    TieredCollectionStatus last = about.resource().getStatus();
    return last == null || last.tenants() == null
        ? Optional.empty()
        : Optional.of(new Finding(
            Reasons.PROVISION_REFUSED,
            "spec.collection: " + collection
                + " does not exist any more. Tenants were measured in it ("
                + last.tenants()
                + "), and their points are lost unless there is a snapshot. Restore it; or, to have an"
                + " empty one created, delete this TieredCollection and create it again"));
  }

  private Optional<Finding> carryOut(
      CollectionCase about, Connection connection, ProvisionPlan plan, List<ProvisionStep> steps)
      throws Unusable {
    try {
      AuditSink trail = runtimes.trail(about.resource());
      return new Provisioner(
              LeaderGuard.of(connection.cluster().peers().get(0), runtimes.leadership()),
              trail,
              about.resource(),
              about.now())
          .carryOut(plan.collection(), steps);
    } catch (AuditUnavailableException e) {
      throw new Unusable(
          ConditionTypes.AUDIT_HEALTHY,
          new Finding(
              e.retryHelps() ? Reasons.AUDIT_UNAVAILABLE : Reasons.AUDIT_BROKEN,
              String.valueOf(e.getMessage())));
    }
  }

  private static void stopOn(String type, Optional<Finding> finding) throws Unusable {
    if (finding.isPresent()) {
      throw new Unusable(type, finding.get());
    }
  }
}
