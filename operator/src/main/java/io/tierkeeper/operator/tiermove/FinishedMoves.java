package io.tierkeeper.operator.tiermove;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.PlannedTenant;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/** Keeps finished moves for a while, and only so many of a tenant. */
public final class FinishedMoves {

  private final KubernetesClient client;
  private final ResourceViews views;
  private final StatusWriter statuses;
  private final Pace pace;
  private final InstantSource clock;

  public FinishedMoves(
      KubernetesClient client,
      ResourceViews views,
      StatusWriter statuses,
      Pace pace,
      InstantSource clock) {
    this.client = client;
    this.views = views;
    this.statuses = statuses;
    this.pace = pace;
    this.clock = clock;
  }

  /** Deletes a finished move when its time is over or newer ones fill its place; else it is reconciled again then. */
  UpdateControl<TierMove> tidy(TierMove resource, TierMoveStatus status) {
    Duration keep = resource.getSpec().ttlAfterFinished() == null
        ? pace.keepFinishedFor()
        : DurationText.parse("spec.ttlAfterFinished", resource.getSpec().ttlAfterFinished());
    Instant finished = TimeText.read(status.finishedAt()).orElse(MoveFacts.created(resource));
    Duration left = Duration.between(clock.instant(), finished.plus(keep));
    long newer = views
        .movesOf(
            resource.getMetadata().getNamespace(),
            String.valueOf(
                Objects.requireNonNull(resource.getSpec().collectionRef()).name()))
        .stream()
        .filter(
            other -> PlannedTenant.of(other.getSpec()).equals(PlannedTenant.of(resource.getSpec())))
        .filter(other -> MoveFacts.phase(statuses.last(other)).ended())
        .filter(other -> MoveFacts.created(other).isAfter(MoveFacts.created(resource)))
        .count();
    if (left.isNegative() || left.isZero() || newer >= pace.keepFinishedPerTenant()) {
      client.resource(resource).delete();
      statuses.forget(resource.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    return UpdateControl.<TierMove>noUpdate().rescheduleAfter(left);
  }
}
