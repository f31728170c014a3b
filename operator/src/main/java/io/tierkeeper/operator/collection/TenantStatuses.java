package io.tierkeeper.operator.collection;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierSpec;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.evaluation.TenantVerdict;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.decision.CostAccount;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionReason;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.Gate;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.move.ApprovalCommands;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.policy.UnsupportedFields;
import io.tierkeeper.operator.status.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The status of a TenantTier that was evaluated; pure. */
public final class TenantStatuses {

  /** A mass that moved by less is no news. */
  private static final double MASS_NEWS = 0.005;

  /** A measurement's instant is not to the second, so neither is what is computed from it. */
  private static final Duration EDGE_TOLERANCE = Duration.ofSeconds(2);

  private TenantStatuses() {}

  /**
   * Everything that the status is made from.
   *
   * @param refused why the move that is advised is not planned
   */
  public record Facts(
      TenantTier resource,
      @Nullable TenantTierStatus before,
      TenantVerdict verdict,
      Moves moves,
      boolean measured,
      boolean fresh,
      Optional<Finding> penalties,
      Optional<String> paused,
      Optional<Finding> refused,
      @Nullable String handledRequest,
      Instant now) {}

  /** The move that is open and the last one that has ended, with their statuses; null where there is none. */
  public record Moves(
      @Nullable TierMove open,
      @Nullable TierMoveStatus openStatus,
      @Nullable TierMove last,
      @Nullable TierMoveStatus lastStatus) {}

  /** The status of a TenantTier that is followed. */
  public static TenantTierStatus of(Facts facts) {
    TenantVerdict verdict = facts.verdict();
    @Nullable RegimeEvaluation numbers = verdict.numbers();
    long generation = generation(facts.resource());
    Conditions conditions = conditions(facts, generation);
    return TenantTierStatus.empty().toBuilder()
        .observedGeneration(generation)
        .tier(facts.measured() ? verdict.tier().label() : "Unknown")
        .points(facts.measured() ? Long.valueOf(verdict.points()) : null)
        .observedMass(numbers == null ? null : mass(numbers.observedMass()))
        .dampedMass(numbers == null ? null : mass(numbers.dampedMass()))
        .alphaStar(numbers == null ? null : mass(numbers.alphaStar()))
        .advice(advice(facts))
        .gates(verdict.decision().gates().stream().map(TenantStatuses::gate).toList())
        .costAccount(costAccount(verdict.seen().measured().costAccount()))
        .lastMove(lastMove(facts))
        .conditions(conditions.list())
        .lastHandledRequest(facts.handledRequest())
        .build();
  }

  private static Conditions conditions(Facts facts, long generation) {
    TenantTierStatus before = facts.before();
    Conditions conditions =
        new Conditions(before == null ? null : before.conditions(), generation, facts.now());
    if (!facts.measured()) {
      LocalReference collection = facts.resource().getSpec().collectionRef();
      String message = "No measurement has been made yet; the reason is in condition "
          + ConditionTypes.MEASUREMENTS_FRESH + " of TieredCollection "
          + (collection == null ? "" : collection.name()) + ".";
      return conditions
          .set(ConditionTypes.READY, false, Reasons.NOT_MEASURED, message)
          .set(ConditionTypes.MEASUREMENTS_FRESH, false, Reasons.NOT_MEASURED, message);
    }
    UnsupportedFields.report(facts.resource().getSpec(), conditions);
    PenaltyFindings.report(facts.penalties(), conditions);
    String pinned = pinUnmet(facts);
    conditions.set(
        ConditionTypes.READY,
        facts.refused().isEmpty(),
        facts.refused().map(Finding::reason).orElseGet(() -> readyReason(facts)),
        facts.refused().map(Finding::message).orElseGet(() -> readyMessage(facts)));
    if (pinned != null) {
      conditions.set(ConditionTypes.RECONCILING, true, Reasons.PROGRESSING, pinned);
    }
    conditions.set(
        ConditionTypes.MEASUREMENTS_FRESH,
        facts.fresh(),
        facts.fresh() ? Reasons.MEASURED : Reasons.MEASUREMENTS_STALE,
        facts.fresh()
            ? "The last measurement is recent."
            : "The last measurement is older than mass.staleAfter of the policy; no move starts.");
    if (phase(facts) == MovePhase.AWAITING_APPROVAL && facts.moves().open() != null) {
      conditions.set(
          ConditionTypes.AWAITING_APPROVAL,
          true,
          Reasons.AWAITING_APPROVAL,
          approve(facts.moves().open()));
    }
    facts
        .paused()
        .ifPresent(
            sentence -> conditions.set(ConditionTypes.PAUSED, true, Reasons.PAUSED, sentence));
    return conditions;
  }

  private static @Nullable String pinUnmet(Facts facts) {
    TenantTierSpec.Tier pin = facts.resource().getSpec().tier();
    String tier = facts.verdict().tier().label();
    return pin == null || pin == TenantTierSpec.Tier.Auto || pin.name().equals(tier)
        ? null
        : "spec.tier is " + pin.name() + "; the tenant is in " + tier + ".";
  }

  private static @Nullable MovePhase phase(Facts facts) {
    return facts.moves().open() == null ? null : MoveFacts.phase(facts.moves().openStatus());
  }

  private static String readyReason(Facts facts) {
    MovePhase phase = phase(facts);
    if (phase != null) {
      return switch (phase) {
        case AWAITING_APPROVAL -> Reasons.AWAITING_APPROVAL;
        case AWAITING_WINDOW -> Reasons.AWAITING_WINDOW;
        case PENDING -> Reasons.HOLDING;
        case PREFLIGHT,
            COPYING,
            VERIFYING,
            RETAINING,
            CLEANING_UP,
            ABORTING,
            SUCCEEDED,
            ABORTED,
            FAILED,
            EXPIRED -> Reasons.MOVING;
      };
    }
    return facts.paused().isPresent() ? Reasons.PAUSED : Reasons.READY;
  }

  private static String readyMessage(Facts facts) {
    TierMove move = facts.moves().open();
    MovePhase phase = phase(facts);
    if (move != null && phase != null) {
      return phase == MovePhase.AWAITING_APPROVAL
          ? approve(move)
          : "TierMove " + move.getMetadata().getName() + " is in phase " + phase.apiName() + ".";
    }
    return facts.verdict().decision().reason().sentence();
  }

  private static String approve(TierMove move) {
    return ApprovalCommands.waysToApprove(move.getMetadata().getName());
  }

  private static TenantTierStatus.Advice advice(Facts facts) {
    Decision decision = facts.verdict().decision();
    Direction advised = decision.advised();
    TierMove move = facts.moves().open();
    MovePhase phase = phase(facts);
    String reason = phase == null
        ? decision.reason().label()
        : switch (phase) {
          case AWAITING_APPROVAL -> DecisionReason.AWAITING_APPROVAL.label();
          case AWAITING_WINDOW -> DecisionReason.OUTSIDE_WINDOW.label();
          case PENDING -> decision.reason().label();
          case PREFLIGHT,
              COPYING,
              VERIFYING,
              RETAINING,
              CLEANING_UP,
              ABORTING,
              SUCCEEDED,
              ABORTED,
              FAILED,
              EXPIRED -> DecisionReason.MOVE_IN_PROGRESS.label();
        };
    String action = move != null
        ? Objects.requireNonNull(move.getSpec().direction()).name()
        : advised == null ? "Hold" : advised.label();
    TenantTierStatus.Advice before =
        facts.before() == null ? null : facts.before().advice();
    String since = before != null && action.equals(before.action()) && before.since() != null
        ? before.since()
        : facts.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new TenantTierStatus.Advice(
        action,
        reason,
        since,
        move == null ? null : move.getSpec().planHash(),
        readyMessage(facts));
  }

  private static TenantTierStatus.Gate gate(Gate gate) {
    return new TenantTierStatus.Gate(
        gate.name(),
        gate.current(),
        gate.required(),
        gate.met(),
        gate.earliest() == null || !gate.earliest().isBefore(TimeText.FAR) || slides(gate)
            ? null
            : gate.earliest().truncatedTo(ChronoUnit.SECONDS).toString());
  }

  /** A threshold that does not hold yet would be waited for from each evaluation anew, which promises nothing. */
  private static boolean slides(Gate gate) {
    return gate.name().equals("StabilizationWindow")
        && !gate.met()
        && gate.current().equals("0s");
  }

  private static TenantTierStatus.@Nullable LastMove lastMove(Facts facts) {
    TierMove move = facts.moves().last();
    TierMoveStatus status = facts.moves().lastStatus();
    if (move == null || status == null) {
      return facts.before() == null ? null : facts.before().lastMove();
    }
    return new TenantTierStatus.LastMove(
        move.getMetadata().getName(),
        Objects.requireNonNull(move.getSpec().direction()).name(),
        status.phase(),
        status.finishedAt());
  }

  private static TenantTierStatus.@Nullable CostAccount costAccount(@Nullable CostAccount account) {
    return account == null
        ? null
        : new TenantTierStatus.CostAccount(
            DecimalText.format(account.accumulated()),
            DecimalText.format(account.credit()),
            DecimalText.format(account.net()),
            account.dedicated(),
            DecimalText.format(account.width()));
  }

  private static @Nullable String mass(double value) {
    return Double.isNaN(value) ? null : DecimalText.format(value);
  }

  private static long generation(TenantTier resource) {
    return Objects.requireNonNullElse(resource.getMetadata().getGeneration(), 0L);
  }

  /** Whether two statuses differ only in numbers that drift from one evaluation to the next. */
  public static boolean noise(TenantTierStatus before, TenantTierStatus after) {
    return still(before).equals(still(after))
        && (before.costAccount() == null) == (after.costAccount() == null)
        && close(before.dampedMass(), after.dampedMass())
        && close(before.observedMass(), after.observedMass())
        && close(before.alphaStar(), after.alphaStar())
        && close(before.points(), after.points())
        && sameEdges(before.gates(), after.gates());
  }

  private static boolean close(@Nullable String before, @Nullable String after) {
    return before == null || after == null
        ? Objects.equals(before, after)
        : Math.abs(DecimalText.read(before).orElse(Double.NaN)
                - DecimalText.read(after).orElse(Double.NaN))
            <= MASS_NEWS;
  }

  private static boolean close(@Nullable Long before, @Nullable Long after) {
    return before == null || after == null
        ? Objects.equals(before, after)
        : Math.abs(before - after) <= MASS_NEWS * Math.max(before, after);
  }

  private static TenantTierStatus still(TenantTierStatus status) {
    List<TenantTierStatus.Gate> gates = status.gates() == null
        ? List.of()
        : status.gates().stream()
            .map(gate -> new TenantTierStatus.Gate(
                gate.name(),
                // Nothing else of this gate changes with what it shows, and it never drifts.
                Gate.PENALTY.equals(gate.name()) ? gate.current() : null,
                gate.required(),
                gate.met(),
                null))
            .toList();
    return status.toBuilder()
        .points(null)
        .observedMass(null)
        .dampedMass(null)
        .alphaStar(null)
        .gates(gates)
        .costAccount(null)
        .build();
  }

  private static boolean sameEdges(
      @Nullable List<TenantTierStatus.Gate> before, @Nullable List<TenantTierStatus.Gate> after) {
    if (before == null || after == null) {
      return before == after;
    }
    if (before.size() != after.size()) {
      return false;
    }
    for (int i = 0; i < before.size(); i++) {
      String a = before.get(i).earliest();
      String b = after.get(i).earliest();
      if ((a == null) != (b == null)) {
        return false;
      }
      if (a != null
          && b != null
          && Duration.between(
                      TimeText.read(a).orElse(Instant.EPOCH),
                      TimeText.read(b).orElse(Instant.EPOCH))
                  .abs()
                  .compareTo(EDGE_TOLERANCE)
              > 0) {
        return false;
      }
    }
    return true;
  }
}
