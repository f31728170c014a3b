package io.tierkeeper.operator.tenant;

import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Requests the evaluation of the collection of a changed TenantTier, which writes the status of all its tenants. */
@ControllerConfiguration(name = "tenanttier")
public final class TenantTierReconciler implements Reconciler<TenantTier> {

  private static final Duration ABSENT_POLL = Duration.ofMinutes(1);

  private final ResourceViews views;
  private final StatusWriter statuses;
  private final ReconcileTriggers triggers;
  private final InstantSource clock;
  private final BiConsumer<TieredCollection, TenantTier> answer;

  /** @param answer answers a change at once where that is possible, before the evaluation of the collection */
  public TenantTierReconciler(
      ResourceViews views,
      StatusWriter statuses,
      ReconcileTriggers triggers,
      InstantSource clock,
      BiConsumer<TieredCollection, TenantTier> answer) {
    this.answer = answer;
    this.views = views;
    this.statuses = statuses;
    this.triggers = triggers;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, TenantTier>> prepareEventSources(
      EventSourceContext<TenantTier> context) {
    views.tenantTiers(context.getPrimaryCache());
    return List.of(triggers.tenants().source(context.getPrimaryCache()));
  }

  @Override
  public UpdateControl<TenantTier> reconcile(TenantTier tier, Context<TenantTier> context) {
    String namespace = tier.getMetadata().getNamespace();
    LocalReference reference = tier.getSpec().collectionRef();
    String collection = reference == null ? null : reference.name();
    Optional<TieredCollection> found =
        collection == null ? Optional.empty() : views.collection(namespace, collection);
    if (context.isPrimaryResourceDeleted()) {
      statuses.forget(tier.getMetadata().getUid());
      found.ifPresent(
          owner -> triggers.collections().request(namespace, owner.getMetadata().getName()));
      triggers.tenants().recheckAfterDeletion(tier);
      return UpdateControl.noUpdate();
    }
    if (!views.synced()) {
      return UpdateControl.<TenantTier>noUpdate().rescheduleAfter(ResourceViews.SYNC_POLL);
    }
    if (found.isPresent()) {
      answer.accept(found.get(), tier);
      triggers.collections().request(namespace, found.get().getMetadata().getName());
      return UpdateControl.noUpdate();
    }
    statuses.write(
        tier,
        UnjudgedTenants.refused(
            tier,
            statuses.last(tier),
            Reasons.COLLECTION_NOT_FOUND,
            "spec.collectionRef: TieredCollection " + collection + " does not exist in namespace "
                + namespace + "; create it or correct the name",
            clock.instant()));
    return UpdateControl.<TenantTier>noUpdate().rescheduleAfter(ABSENT_POLL);
  }
}
