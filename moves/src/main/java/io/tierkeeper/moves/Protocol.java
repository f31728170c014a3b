package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What the journal of a move has in addition to its header, by the protocol that the move follows. */
public sealed interface Protocol {

  /** The same with nothing that began later than now; see {@link MoveJournal#begunBy}. */
  Protocol begunBy(Instant now, MoveSettings settings);

  /** A journal as it is stored, from which the protocol cannot be told: everything that any of them records. */
  record Unassigned(Promotion promotion, DemotionState state, FenceState fence)
      implements Protocol {

    static final Unassigned NOTHING =
        new Unassigned(Promotion.NOTHING, DemotionState.NOTHING, FenceState.NOTHING);

    @Override
    public Unassigned begunBy(Instant now, MoveSettings settings) {
      return new Unassigned(
          promotion.begunBy(now, settings), state.begunBy(now), fence.begunBy(now));
    }
  }

  /**
   * Of a promotion, until it is undone.
   *
   * @param activeSince every peer has shown the dedicated key Active
   * @param baseline fingerprint of the source when the dedicated key became Active: what differs later is a late write
   * @param retainedUntil the source stays until then
   * @param notBefore back-off
   */
  @RecordBuilder
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record Promotion(
      @Nullable Instant activeSince,
      @Nullable String baseline,
      @Nullable Instant retainedUntil,
      @Nullable Instant notBefore)
      implements Protocol, ProtocolPromotionBuilder.With {

    static final Promotion NOTHING = new Promotion(null, null, null, null);

    @Override
    public Promotion begunBy(Instant now, MoveSettings settings) {
      return new Promotion(
          MoveJournal.earlier(activeSince, now),
          baseline,
          MoveJournal.earlier(retainedUntil, now.plus(settings.retainSource())),
          MoveJournal.earlier(notBefore, now.plus(settings.moveDeadline())));
    }
  }

  /** Of a demotion, or of a promotion that is undone. */
  sealed interface Demotion extends Protocol {

    DemotionState state();

    /** In a freeze: the fence that this move raised before the policy changed its strategy. */
    FenceState raised();

    Demotion with(DemotionState state, FenceState fence);

    @Override
    default Demotion begunBy(Instant now, MoveSettings settings) {
      return with(state().begunBy(now), raised().begunBy(now));
    }
  }

  /** The dedicated key is frozen for the last changes. */
  record Freeze(DemotionState state, FenceState raised) implements Demotion {

    @Override
    public Freeze with(DemotionState next, FenceState fence) {
      return new Freeze(next, fence);
    }
  }

  /** The tenant's writers are paused for the last changes. */
  record Fence(DemotionState state, FenceState raised) implements Demotion {

    @Override
    public Fence with(DemotionState next, FenceState fence) {
      return new Fence(next, fence);
    }
  }

  /**
   * What every demotion records.
   *
   * @param undo a promotion is being taken back
   * @param quietSince copy scans have found no change since
   * @param difference points that a freeze found changed after the last copy scan
   * @param transferProbed a snapshot of the dedicated key was transferred on trial
   * @param replicas how many the dedicated key had before the move dropped one; 0 where it has dropped none
   * @param retained fingerprint of the fallback when the promotion that is undone was verified; null where it is not known
   * @param retainedTable which points {@code retained} stands for, as a table of hashes
   * @param copiesOnly a whole copy scan has found nothing of the tenant in the fallback but copies of this move
   */
  @RecordBuilder
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record DemotionState(
      boolean undo,
      @Nullable Instant quietSince,
      long difference,
      boolean transferProbed,
      int replicas,
      @Nullable String retained,
      @Nullable String retainedTable,
      boolean copiesOnly)
      implements ProtocolDemotionStateBuilder.With {

    static final DemotionState NOTHING =
        new DemotionState(false, null, 0, false, 0, null, null, false);

    /** What the fallback held when the promotion that is undone was verified. */
    public CopyEvidence source() {
      return new CopyEvidence(retained, retainedTable);
    }

    DemotionState begunBy(Instant now) {
      return withQuietSince(MoveJournal.earlier(quietSince, now));
    }
  }

  /**
   * The fence of a move.
   *
   * @param fencedAt the tenant's writers are paused since
   * @param token content of the marker point, as JSON, in the journal of an earlier version; null else
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record FenceState(@Nullable Instant fencedAt, @Nullable String token) {

    static final FenceState NOTHING = new FenceState(null, null);

    /** The writers are paused since then; null once they continue. */
    public FenceState raisedAt(@Nullable Instant since) {
      return new FenceState(since, token);
    }

    FenceState begunBy(Instant now) {
      return raisedAt(MoveJournal.earlier(fencedAt, now));
    }
  }
}
