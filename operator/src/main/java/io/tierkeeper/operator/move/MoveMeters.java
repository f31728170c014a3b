package io.tierkeeper.operator.move;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.metrics.CollectionLimits;
import io.tierkeeper.operator.metrics.CollectionMeters;
import io.tierkeeper.operator.metrics.MoveGauges;
import io.tierkeeper.operator.status.StatusWriter;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Shows the TierMoves of a collection in its meters. */
public final class MoveMeters {

  private MoveMeters() {}

  /**
   * Shows those that have not ended.
   *
   * @param moves the collection's TierMoves as the watch knows them
   * @param statuses knows the status that a late watch does not show yet
   */
  public static void show(
      CollectionMeters meters, Supplier<List<TierMove>> moves, StatusWriter statuses, Instant now) {
    CollectionLimits limits = meters.limits();
    meters.moves(() -> moves.get().stream()
        .flatMap(move -> gauges(move, statuses.last(move), limits, now).stream())
        .toList());
  }

  private static Optional<MoveGauges> gauges(
      TierMove move,
      @Nullable TierMoveStatus status,
      @Nullable CollectionLimits limits,
      Instant now) {
    MovePhase phase = MoveFacts.phase(status);
    Direction direction = move.getSpec().direction();
    if (phase.ended() || direction == null) {
      return Optional.empty();
    }
    TierMoveStatus.Approval approval = status == null ? null : status.approval();
    return Optional.of(new MoveGauges(
        PlannedTenant.text(move.getSpec()),
        direction.name(),
        phase.apiName(),
        MoveFacts.created(move),
        approval == null ? null : TimeText.read(approval.at()).orElse(null),
        phase == MovePhase.AWAITING_APPROVAL && limits != null
            ? ApprovalTerm.of(MoveFacts.created(move), limits.approvalExpiresAfter(), now)
                .expires()
            : null,
        stall(status, now),
        MoveFacts.stage(phase) == Stage.WAITING));
  }

  private static MoveGauges.@Nullable Stall stall(@Nullable TierMoveStatus status, Instant now) {
    return Stream.ofNullable(status)
        .map(TierMoveStatus::conditions)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(condition -> ConditionTypes.STALLED.equals(condition.getType()))
        .findFirst()
        .map(condition -> new MoveGauges.Stall(
            String.valueOf(condition.getReason()), since(condition).orElse(now)))
        .orElse(null);
  }

  private static Optional<Instant> since(Condition condition) {
    return TimeText.read(condition.getLastTransitionTime());
  }
}
