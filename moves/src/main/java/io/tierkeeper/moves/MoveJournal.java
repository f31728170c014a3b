package io.tierkeeper.moves;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Durable move state that cannot be reconstructed from Qdrant, persisted before each mutation. All of it may be lost: the engine then
 * assumes the worst, and waits, starts over or stalls, but loses no point.
 *
 * @param step where the move was last seen; for humans, since the position is found again in Qdrant
 * @param attempt how often the copy was started, from 1; 0 before
 * @param deeds mutations announced so far, which tells repeats of a step apart in the audit trail
 * @param startedAt when the move began
 * @param stepStartedAt when {@code step} began
 * @param startSentAt a replicate_points of this attempt was, or may have been, sent
 * @param activeSince every peer has shown the dedicated key Active
 * @param baseline fingerprint of the source when the dedicated key became Active: what differs later is a late write
 * @param verification result of a complete comparison; without it nothing is deleted
 * @param deletionBegun the move can no longer be taken back
 * @param retainedUntil the source stays until then
 * @param undo the promotion is being taken back as a demotion
 * @param aborting the move is being taken back
 * @param abortReason why, PascalCase
 * @param quietSince copy scans have found no change since
 * @param copied fingerprint of the dedicated key after the last copy scan, once a scan has found few changes or no fewer than the one before; in a promotion that of the fallback before the copy was started
 * @param difference points that a freeze found changed after the last copy scan
 * @param fencedAt the tenant's writers are paused since
 * @param token the marker point that the fence took away, as JSON
 * @param notBefore back-off
 * @param total points of the tenant when the move began
 * @param snapshot name of the shard snapshot that was taken before a demotion
 * @param stalledFor reason of the last stall while no abort was requested; null where there is none
 * @param interrupted the dedicated key was Active and then out of service, so that the fallback may hold newer points
 * @param copiedTable which points {@code copied} stands for, as a table of hashes; null where it is not known
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record MoveJournal(
    MoveStep step,
    int attempt,
    int deeds,
    @Nullable Instant startedAt,
    @Nullable Instant stepStartedAt,
    @Nullable Instant startSentAt,
    @Nullable Instant activeSince,
    @Nullable String baseline,
    @Nullable VerificationReport verification,
    boolean deletionBegun,
    @Nullable Instant retainedUntil,
    boolean undo,
    boolean aborting,
    @Nullable String abortReason,
    @Nullable String abortMessage,
    @Nullable Instant quietSince,
    @Nullable String copied,
    long difference,
    @Nullable Instant fencedAt,
    @Nullable String token,
    @Nullable Instant notBefore,
    long total,
    @Nullable String snapshot,
    @Nullable String stalledFor,
    boolean interrupted,
    @Nullable String copiedTable)
    implements MoveJournalBuilder.With {

  private static final ObjectMapper JSON = JsonMapper.builder()
      .addModule(new JavaTimeModule())
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      .build();

  public MoveJournal {
    // A journal written by another version may lack its step; the position comes from Qdrant
    // anyway.
    step = java.util.Objects.requireNonNullElse(step, MoveStep.PREFLIGHT);
  }

  /** Nothing is known: a move that never began, or whose journal is lost. */
  public static MoveJournal initial() {
    return MoveJournalBuilder.builder().step(MoveStep.PREFLIGHT).build();
  }

  /** Reads what {@link #toJson} wrote; unknown members are ignored, missing ones count as not known. */
  public static MoveJournal fromJson(JsonNode json) {
    try {
      return JSON.treeToValue(json, MoveJournal.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "journal: cannot be read; allowed: what a move wrote: " + e.getOriginalMessage(), e);
    }
  }

  /** A JSON object of 3 KB; times in RFC 3339. */
  public ObjectNode toJson() {
    return JSON.valueToTree(this);
  }

  /** Whether the move was stalled for this reason at the last step. */
  public boolean stalledFor(StallReason reason) {
    return reason.apiName().equals(stalledFor);
  }

  /**
   * The same, with nothing that began later than now and nothing that ends later than if it began now: after a clock was
   * set back, a wait is made again from its beginning instead of lasting until the clock has caught up.
   */
  public MoveJournal begunBy(Instant now, MoveSettings settings) {
    return with(draft -> {
      draft.startedAt(earlier(startedAt, now));
      draft.stepStartedAt(earlier(stepStartedAt, now));
      draft.startSentAt(earlier(startSentAt, now));
      draft.activeSince(earlier(activeSince, now));
      draft.quietSince(earlier(quietSince, now));
      draft.fencedAt(earlier(fencedAt, now));
      draft.retainedUntil(earlier(retainedUntil, now.plus(settings.retainSource())));
      draft.notBefore(earlier(notBefore, now.plus(settings.moveDeadline())));
    });
  }

  /** For a new attempt of a promotion: without what the failed one has recorded. */
  public MoveJournal startedOver(Instant nextNotBefore) {
    return with(draft -> {
      draft.step(MoveStep.PREFLIGHT);
      draft.startSentAt(null);
      draft.activeSince(null);
      draft.baseline(null);
      draft.verification(null);
      draft.interrupted(false);
      draft.copied(null);
      draft.copiedTable(null);
      draft.notBefore(nextNotBefore);
    });
  }

  /** For the undo of a promotion, which continues as a demotion that has not begun. */
  public MoveJournal undone() {
    return with(draft -> {
      draft.undo(true);
      draft.attempt(0);
      draft.activeSince(null);
      draft.startSentAt(null);
      draft.baseline(null);
      draft.verification(null);
      draft.retainedUntil(null);
      draft.quietSince(null);
      draft.copied(null);
      draft.copiedTable(null);
      draft.interrupted(false);
    });
  }

  /** The earlier of both; null where nothing has begun. */
  public static @Nullable Instant earlier(@Nullable Instant begun, Instant now) {
    return begun != null && begun.isAfter(now) ? now : begun;
  }
}
