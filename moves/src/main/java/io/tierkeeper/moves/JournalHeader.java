package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the journal of every move has.
 *
 * @param step where the move was last seen; for humans, since the position is found again in Qdrant
 * @param attempt how often the copy was started, or a freeze sent, from 1; 0 before
 * @param deeds mutations announced so far, which tells repeats of a step apart in the audit trail
 * @param startedAt when the move began
 * @param stepStartedAt when {@code step} began
 * @param startSentAt a replicate_points of this attempt was, or may have been, sent
 * @param verification result of a complete comparison; without it nothing is deleted
 * @param deletionBegun the move can no longer be taken back
 * @param total points of the tenant when the move began
 * @param stalledFor reason of the last stall while no abort was requested; null where there is none
 * @param interrupted the dedicated key was Active and then out of service, so that the fallback may hold newer points
 * @param taken the snapshot that this move has stored; null where it has stored none
 */
@RecordBuilder
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record JournalHeader(
    MoveStep step,
    int attempt,
    int deeds,
    @Nullable Instant startedAt,
    @Nullable Instant stepStartedAt,
    @Nullable Instant startSentAt,
    @Nullable VerificationReport verification,
    boolean deletionBegun,
    long total,
    @Nullable String stalledFor,
    boolean interrupted,
    @Nullable TakenSnapshot taken)
    implements JournalHeaderBuilder.With {

  public JournalHeader {
    // A journal written by another version may lack its step; the position comes from Qdrant
    // anyway.
    step = Objects.requireNonNullElse(step, MoveStep.PREFLIGHT);
  }

  static JournalHeader initial() {
    return JournalHeaderBuilder.builder().step(MoveStep.PREFLIGHT).build();
  }

  /** Whether both keys were compared completely and found equal. */
  public boolean verified() {
    return verification != null && verification.verdict() == Verdict.EQUAL;
  }

  /** Whether the move was stalled for this reason at the last step. */
  public boolean stalledFor(StallReason reason) {
    return reason.apiName().equals(stalledFor);
  }

  JournalHeader begunBy(Instant now) {
    return with(draft -> {
      draft.startedAt(MoveJournal.earlier(startedAt, now));
      draft.stepStartedAt(MoveJournal.earlier(stepStartedAt, now));
      draft.startSentAt(MoveJournal.earlier(startSentAt, now));
    });
  }
}
