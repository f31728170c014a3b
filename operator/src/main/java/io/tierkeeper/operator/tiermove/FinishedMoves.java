package io.tierkeeper.operator.tiermove;

import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.tierkeeper.api.mapping.DurationText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.operator.config.Pace;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MoveTidier;
import io.tierkeeper.operator.status.StatusWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Keeps finished moves for a while; evaluations of their collection keep only so many of a tenant. */
public final class FinishedMoves {

  /** An administrator has to allow the deletion first. */
  private static final Duration REFUSED = Duration.ofHours(1);

  private final MoveTidier tidier;
  private final StatusWriter statuses;
  private final Pace pace;
  private final InstantSource clock;

  public FinishedMoves(MoveTidier tidier, StatusWriter statuses, Pace pace, InstantSource clock) {
    this.tidier = tidier;
    this.statuses = statuses;
    this.pace = pace;
    this.clock = clock;
  }

  /** Deletes a finished move when its time is over; else it is reconciled again then. */
  UpdateControl<TierMove> tidy(TierMove resource, TierMoveStatus status) {
    Duration keep = resource.getSpec().ttlAfterFinished() == null
        ? pace.keepFinishedFor()
        : DurationText.parse("spec.ttlAfterFinished", resource.getSpec().ttlAfterFinished());
    Instant finished = TimeText.read(status.finishedAt()).orElse(MoveFacts.created(resource));
    Duration left = Duration.between(clock.instant(), finished.plus(keep));
    if (left.isNegative() || left.isZero()) {
      if (!tidier.delete(resource)) {
        return UpdateControl.<TierMove>noUpdate().rescheduleAfter(REFUSED);
      }
      statuses.forget(resource.getMetadata().getUid());
      return UpdateControl.noUpdate();
    }
    return UpdateControl.<TierMove>noUpdate().rescheduleAfter(left);
  }
}
