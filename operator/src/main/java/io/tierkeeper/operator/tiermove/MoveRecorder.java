package io.tierkeeper.operator.tiermove;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.ApprovalData;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.Durability;
import io.tierkeeper.audit.RetentionData;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.evaluation.history.EvaluationAudit;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.collection.CollectionRuntimes;
import io.tierkeeper.operator.events.EventRecorder;
import io.tierkeeper.operator.metrics.OperatorMeters;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.MoveMeters;
import io.tierkeeper.operator.move.PlannedTenant;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.operator.trigger.ReconcileTriggers;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Records a move's approval and changes of phase as events, in meters and in the audit trail, and requests the
 * reconciliation of what waits for them.
 */
public final class MoveRecorder {

  /** The engine's reason for the end of a move that was undone. */
  private static final String UNDONE = "Undone";

  private final ResourceViews views;
  private final StatusWriter statuses;
  private final EventRecorder events;
  private final OperatorMeters meters;
  private final CollectionRuntimes runtimes;
  private final ReconcileTriggers triggers;
  private final InstantSource clock;

  public MoveRecorder(
      ResourceViews views,
      StatusWriter statuses,
      EventRecorder events,
      OperatorMeters meters,
      CollectionRuntimes runtimes,
      ReconcileTriggers triggers,
      InstantSource clock) {
    this.views = views;
    this.statuses = statuses;
    this.events = events;
    this.meters = meters;
    this.runtimes = runtimes;
    this.triggers = triggers;
    this.clock = clock;
  }

  /** Records what changed from one status to the next. */
  void record(
      TierMove resource,
      @Nullable TierMoveStatus before,
      TierMoveStatus after,
      TieredCollection collection) {
    MoveMeters.show(
        meters.of(
            collection.getMetadata().getNamespace(), collection.getMetadata().getName()),
        () -> views.movesOf(
            collection.getMetadata().getNamespace(), collection.getMetadata().getName()),
        statuses,
        clock.instant());
    MovePhase was = MoveFacts.phase(before);
    MovePhase is = MoveFacts.phase(after);
    String namespace = resource.getMetadata().getNamespace();
    if ((before == null || before.approval() == null) && after.approval() != null) {
      approved(resource, after.approval());
    }
    Optional<Condition> stalled = stalled(after);
    // The end of a move has an event of its own.
    if (stalled.isPresent()
        && !is.ended()
        && !stalled(before).map(Condition::getReason).equals(stalled.map(Condition::getReason))) {
      events.warning(resource, "Move", stalled.get().getReason(), stalled.get().getMessage());
      // Other collections of its cluster may go on.
      requestOthers();
    }
    if (before == null || was != is) {
      phaseChanged(resource, was, is, after, collection);
      triggers.collections().request(namespace, collection.getMetadata().getName());
      if (is.ended() || MoveFacts.stage(is) == Stage.RETAINING) {
        requestOthers();
      }
    }
  }

  /** Requests a step of each move that is open: one of them may have its turn. */
  void requestOthers() {
    for (TierMove other : views.moves()) {
      if (!MoveFacts.phase(statuses.last(other)).ended()) {
        triggers
            .moves()
            .request(other.getMetadata().getNamespace(), other.getMetadata().getName());
      }
    }
  }

  private static Optional<Condition> stalled(@Nullable TierMoveStatus status) {
    return Stream.ofNullable(status)
        .map(TierMoveStatus::conditions)
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .filter(condition -> ConditionTypes.STALLED.equals(condition.getType()))
        .findFirst();
  }

  /**
   * Records the approval of a plan by a user in the trail, on disk when this returns. One that was recorded before is not
   * recorded again.
   *
   * @throws io.tierkeeper.audit.AuditUnavailableException when it cannot be written
   */
  void approval(TierMove resource, TierMoveStatus.Approval approval, TieredCollection collection) {
    door(approval)
        .ifPresent(door -> runtimes
            .audit(collection)
            .append(
                new AuditEvent(
                    AuditEvent.id(resource.getMetadata().getUid(), "approval", 0, "approved"),
                    "tenant/" + PlannedTenant.text(resource.getSpec()),
                    clock.instant(),
                    new ApprovalData(
                        EvaluationAudit.resource(resource),
                        new ApprovalData.Approval(
                            resource.getMetadata().getName(),
                            String.valueOf(resource.getSpec().planHash()),
                            String.valueOf(approval.by()),
                            door,
                            Objects.requireNonNullElse(approval.identity(), "Claimed"),
                            approval.note()))),
                Durability.BEFORE_MUTATION));
  }

  /**
   * Records in the trail that {@code spec.retainUntil} changes the end of the retention, on disk when this returns. A
   * repetition of the same change, as after a crash, is not recorded again.
   *
   * @param generation of the spec that has the request
   * @throws io.tierkeeper.audit.AuditUnavailableException when it cannot be written
   */
  void retention(
      TierMove resource,
      long generation,
      Instant former,
      Instant end,
      TieredCollection collection) {
    String tenant = PlannedTenant.text(resource.getSpec());
    runtimes
        .audit(collection)
        .append(
            new AuditEvent(
                // The same end may be requested again after another one.
                AuditEvent.id(
                    resource.getMetadata().getUid(), "retention/" + generation, 0, end.toString()),
                "tenant/" + tenant,
                clock.instant(),
                new RetentionData(
                    EvaluationAudit.resource(resource),
                    new RetentionData.Retention(
                        resource.getMetadata().getName(),
                        tenant,
                        former,
                        end,
                        FieldManagers.last(resource, "retainUntil")))),
            Durability.BEFORE_MUTATION);
  }

  /** The trail's word for the way by which a user has approved; empty where the policy did. */
  private static Optional<String> door(TierMoveStatus.Approval approval) {
    return switch (String.valueOf(approval.door())) {
      case "Field" -> Optional.of("TierMove");
      case "Git" -> Optional.of("Git");
      default -> Optional.empty();
    };
  }

  private void approved(TierMove resource, TierMoveStatus.Approval approval) {
    if (door(approval).isEmpty()) {
      return;
    }
    meters.approvedAfter(Duration.between(MoveFacts.created(resource), clock.instant()));
    events.normal(
        resource,
        "Approve",
        Reasons.APPROVED,
        "Approved by " + approval.by() + " (" + approval.door() + ", " + approval.identity()
            + ").");
  }

  private void phaseChanged(
      TierMove resource,
      MovePhase was,
      MovePhase is,
      TierMoveStatus after,
      TieredCollection collection) {
    String sentence = Objects.requireNonNullElse(after.message(), is.apiName());
    boolean began = MoveFacts.stage(was) == Stage.WAITING
        && !is.ended()
        && MoveFacts.stage(is) != Stage.WAITING;
    if (began) {
      events.normal(resource, "Move", Reasons.MOVE_STARTED, "Move started.");
    }
    if (is == MovePhase.AWAITING_APPROVAL) {
      events.normal(resource, "Approve", Reasons.AWAITING_APPROVAL, sentence);
    } else if (is == MovePhase.RETAINING) {
      events.normal(
          resource,
          "Verify",
          Reasons.MOVE_VERIFIED,
          "Both copies are equal. The old copy is retained for now.");
    } else if (is == MovePhase.SUCCEEDED) {
      events.normal(resource, "Move", Reasons.SUCCEEDED, sentence);
    } else if (is.ended()) {
      events.warning(
          resource, "Move", is == MovePhase.EXPIRED ? Reasons.EXPIRED : Reasons.ABORTED, sentence);
    }
    if (is.ended()) {
      Instant start = TimeText.read(after.startedAt()).orElse(clock.instant());
      TierMoveStatus.Verification found = after.verification();
      if (found != null) {
        meters.verified(number(found.missing()) + number(found.different()));
      }
      meters.moveEnded(
          collection.getMetadata().getNamespace(),
          collection.getMetadata().getName(),
          Objects.requireNonNull(resource.getSpec().direction()).name(),
          requested(after) ? OperatorMeters.ABORT_REQUESTED : is.apiName(),
          Duration.between(start, clock.instant()),
          is == MovePhase.SUCCEEDED && found != null ? number(found.compared()) : 0);
    }
  }

  /** Whether a move was aborted because someone wanted it, not by a failure. */
  private static boolean requested(TierMoveStatus ended) {
    return stalled(ended)
        .filter(condition -> Reasons.ABORT_REQUESTED.equals(condition.getReason())
            || UNDONE.equals(condition.getReason()))
        .isPresent();
  }

  private static long number(@Nullable Long value) {
    return value == null ? 0 : value;
  }
}
