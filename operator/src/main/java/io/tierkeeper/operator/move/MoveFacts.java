package io.tierkeeper.operator.move;

import io.tierkeeper.api.mapping.DecimalText;
import io.tierkeeper.api.mapping.TimeText;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.evaluation.OpenMove;
import io.tierkeeper.evaluation.OpenMove.Stage;
import io.tierkeeper.evaluation.TenantCount;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.governance.decision.LastMove;
import io.tierkeeper.governance.decision.MeasuredCost;
import io.tierkeeper.governance.decision.MoveCosts;
import io.tierkeeper.governance.decision.MoveHistory;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.status.StatusWriter;
import io.tierkeeper.qdrant.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * The TierMoves of a collection as an evaluation sees them.
 *
 * @param open by tenant; of two, one that has begun
 * @param openResources the resources of those
 * @param history by tenant
 * @param last the last finished TierMove of each tenant
 * @param costs what those that succeeded have cost, as far as they recorded it
 */
public record MoveFacts(
    Map<TenantId, OpenMove> open,
    Map<TenantId, TierMove> openResources,
    Map<TenantId, MoveHistory> history,
    Map<TenantId, TierMove> last,
    MoveCosts costs) {

  /** Sorts the moves; the writer knows the status that a late watch does not show yet. */
  public static MoveFacts of(List<TierMove> moves, StatusWriter statuses) {
    Map<TenantId, OpenMove> open = new HashMap<>();
    Map<TenantId, TierMove> resources = new HashMap<>();
    Map<TenantId, List<LastMove>> ended = new HashMap<>();
    Map<TenantId, TierMove> last = new HashMap<>();
    Map<Direction, List<Double>> costs = new EnumMap<>(Direction.class);
    for (TierMove move :
        moves.stream().sorted(Comparator.comparing(MoveFacts::created)).toList()) {
      Optional<TenantId> tenant = PlannedTenant.of(move.getSpec());
      io.tierkeeper.api.v1alpha1.Direction named = move.getSpec().direction();
      if (tenant.isEmpty() || named == null) {
        continue;
      }
      Direction direction = direction(named);
      @Nullable TierMoveStatus status = statuses.last(move);
      MovePhase phase = phase(status);
      if (!phase.ended()) {
        OpenMove now = open(move, direction, status, stage(phase));
        OpenMove other = open.get(tenant.get());
        // Two operators that both believed to lead may have planned twice: the plan that has begun
        // counts.
        if (other == null || other.stage() == Stage.WAITING || now.stage() != Stage.WAITING) {
          open.put(tenant.get(), now);
          resources.put(tenant.get(), move);
        }
      } else if (phase != MovePhase.EXPIRED) {
        // A plan that expired moved nothing, so the tenant need not rest from it.
        LastMove.Outcome outcome =
            phase == MovePhase.SUCCEEDED ? LastMove.Outcome.SUCCEEDED : LastMove.Outcome.ABORTED;
        ended
            .computeIfAbsent(tenant.get(), key -> new ArrayList<>())
            .add(new LastMove(direction, outcome, finished(move, status)));
        last.put(tenant.get(), move);
        if (phase == MovePhase.SUCCEEDED) {
          cost(move, Objects.requireNonNull(status))
              .ifPresent(cost ->
                  costs.computeIfAbsent(direction, key -> new ArrayList<>()).add(cost));
        }
      }
    }
    Map<TenantId, MoveHistory> history = new HashMap<>();
    ended.forEach((tenant, all) -> history.put(
        tenant,
        new MoveHistory(
            all.stream().max(Comparator.comparing(LastMove::finishedAt)).orElse(null),
            all.stream().map(LastMove::finishedAt).toList())));
    return new MoveFacts(open, resources, history, last, MoveCosts.over(costs));
  }

  private static OpenMove open(
      TierMove move, Direction direction, @Nullable TierMoveStatus status, Stage stage) {
    String name = move.getMetadata().getName();
    return stage == Stage.WAITING || status == null
        ? new OpenMove(name, direction, stage)
        : StoredJournal.read(status.journal(), name, move.getMetadata().getUid())
            .map(journal -> new OpenMove(name, direction, stage, journal.tier(direction)))
            .orElseGet(() -> new OpenMove(name, direction, stage));
  }

  /**
   * A measurement whose layout was read before a move ended, as that move has left its tenant.
   *
   * @param lastEnded {@link #lastEnded} from before the layout was read
   */
  public Measurement current(Measurement measured, Map<TenantId, String> lastEnded) {
    Map<TenantId, TenantCount> tenants = new HashMap<>(measured.tenants());
    last.forEach((tenant, move) -> {
      MoveHistory ended = history.get(tenant);
      LastMove newest = ended == null ? null : ended.last();
      if (newest != null
          && newest.outcome() == LastMove.Outcome.SUCCEEDED
          && !move.getMetadata().getUid().equals(lastEnded.get(tenant))) {
        tenants.computeIfPresent(
            tenant,
            (key, count) -> new TenantCount(
                count.points(), newest.direction() == Direction.PROMOTE, count.exact()));
      }
    });
    return new Measurement(measured.at(), tenants, measured.fallbackPoints(), measured.anomalies());
  }

  /** The uid of the last finished TierMove of each tenant, so that a later reading can tell whether one has ended since. */
  public Map<TenantId, String> lastEnded() {
    Map<TenantId, String> uids = new HashMap<>();
    last.forEach((tenant, move) -> uids.put(tenant, move.getMetadata().getUid()));
    return uids;
  }

  /** What a move has cost; empty for one that was made before moves recorded it. */
  private static Optional<Double> cost(TierMove move, TierMoveStatus status) {
    TierMoveSpec.Plan plan = move.getSpec().plan();
    String size = plan == null || plan.inputs() == null
        ? null
        : plan.inputs().get(MovePlanning.RELATIVE_SIZE);
    OptionalDouble relativeSize = size == null ? OptionalDouble.empty() : DecimalText.read(size);
    Optional<Instant> began = TimeText.read(status.startedAt());
    Optional<Instant> verified = TimeText.read(status.verifiedAt());
    if (relativeSize.isEmpty() || began.isEmpty() || verified.isEmpty()) {
      return Optional.empty();
    }
    // A clock that was set back has measured nothing.
    Duration work = Duration.between(began.get(), verified.get());
    return work.isNegative() || !(relativeSize.getAsDouble() >= 0)
        ? Optional.empty()
        : Optional.of(MeasuredCost.of(work, relativeSize.getAsDouble()));
  }

  /** The phase that a status shows; PENDING where it shows none. */
  public static MovePhase phase(@Nullable TierMoveStatus status) {
    return MovePhase.named(status == null ? null : status.phase()).orElse(MovePhase.PENDING);
  }

  /** How far a phase is, as far as other tenants care. */
  public static Stage stage(MovePhase phase) {
    return switch (phase) {
      case PENDING, AWAITING_APPROVAL, AWAITING_WINDOW -> Stage.WAITING;
      case RETAINING -> Stage.RETAINING;
      case PREFLIGHT,
          COPYING,
          VERIFYING,
          CLEANING_UP,
          ABORTING,
          SUCCEEDED,
          ABORTED,
          FAILED,
          EXPIRED -> Stage.WORKING;
    };
  }

  /** Governance's word for the API's. */
  public static Direction direction(io.tierkeeper.api.v1alpha1.Direction direction) {
    return switch (direction) {
      case Promote -> Direction.PROMOTE;
      case Demote -> Direction.DEMOTE;
    };
  }

  /** When a TierMove was made; the epoch where it does not say. */
  public static Instant created(TierMove move) {
    String text = move.getMetadata().getCreationTimestamp();
    return TimeText.read(text).orElse(Instant.EPOCH);
  }

  private static Instant finished(TierMove move, @Nullable TierMoveStatus status) {
    return TimeText.read(status == null ? null : status.finishedAt()).orElse(created(move));
  }
}
