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
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What Qdrant cannot show of a move, stored outside before each deed. Everything here may be lost: the engine then
 * assumes the worst, and waits, starts over or stalls, but loses no point.
 *
 * @param step where the move was last seen; for people, since the position is found again in Qdrant
 * @param attempt how often the copy was started, from 1; 0 before
 * @param deeds calls announced so far, which tells repeats of a step apart in the audit trail
 * @param startedAt when the move began
 * @param stepStartedAt when {@code step} began
 * @param startSentAt a replicate_points of this attempt was, or may have been, sent
 * @param activeSince every peer has shown the dedicated key Active
 * @param baseline fingerprint of the source when the dedicated key became Active: what differs later is a straggler
 * @param verification evidence of a complete comparison; without it nothing is deleted
 * @param deletionBegun from here on there is only forward
 * @param retainedUntil the source stays until then
 * @param undo the promotion is being taken back as a demotion
 * @param aborting the move is being taken back
 * @param abortReason why, PascalCase
 * @param quietSince passes have found nothing since
 * @param copied fingerprint of the dedicated key after the last pass, once a pass has found few changes or no fewer than the one before; in a promotion that of the fallback before the copy was started
 * @param difference points that a freeze found changed after the last pass
 * @param fencedAt the tenant's writers are paused since
 * @param token the marker point that the fence took away, as JSON
 * @param notBefore back-off
 * @param total points of the tenant when the move began
 * @param snapshot name of the shard snapshot that was taken before a demotion
 * @param stalledFor what a person was last asked for, without an abort being asked for; null where nobody was
 * @param interrupted the dedicated key was Active and then out of service, so that the fallback may hold newer points
 * @param copiedTable which points {@code copied} stands for, as a {@link CopyTable}; null where it is not known
 */
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
    @Nullable String copiedTable) {

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
    return new Draft().build();
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

  /** Whether a person was asked for this at the last look. */
  boolean stalledFor(StallReason reason) {
    return reason.apiName().equals(stalledFor);
  }

  /**
   * The same, with nothing that began later than now and nothing that ends later than if it began now: after a clock was
   * set back, a wait is made again from its beginning instead of lasting until the clock has caught up.
   */
  MoveJournal begunBy(Instant now, MoveSettings settings) {
    return with(draft -> {
      draft.startedAt = earlier(startedAt, now);
      draft.stepStartedAt = earlier(stepStartedAt, now);
      draft.startSentAt = earlier(startSentAt, now);
      draft.activeSince = earlier(activeSince, now);
      draft.quietSince = earlier(quietSince, now);
      draft.fencedAt = earlier(fencedAt, now);
      draft.retainedUntil = earlier(retainedUntil, now.plus(settings.retainSource()));
      draft.notBefore = earlier(notBefore, now.plus(settings.moveDeadline()));
    });
  }

  /** The earlier of both; null where nothing has begun. */
  static @Nullable Instant earlier(@Nullable Instant begun, Instant now) {
    return begun != null && begun.isAfter(now) ? now : begun;
  }

  /** A copy with changes. */
  MoveJournal with(Consumer<Draft> change) {
    Draft draft = new Draft();
    draft.step = step;
    draft.attempt = attempt;
    draft.deeds = deeds;
    draft.startedAt = startedAt;
    draft.stepStartedAt = stepStartedAt;
    draft.startSentAt = startSentAt;
    draft.activeSince = activeSince;
    draft.baseline = baseline;
    draft.verification = verification;
    draft.deletionBegun = deletionBegun;
    draft.retainedUntil = retainedUntil;
    draft.undo = undo;
    draft.aborting = aborting;
    draft.abortReason = abortReason;
    draft.abortMessage = abortMessage;
    draft.quietSince = quietSince;
    draft.copied = copied;
    draft.difference = difference;
    draft.fencedAt = fencedAt;
    draft.token = token;
    draft.notBefore = notBefore;
    draft.total = total;
    draft.snapshot = snapshot;
    draft.stalledFor = stalledFor;
    draft.interrupted = interrupted;
    draft.copiedTable = copiedTable;
    change.accept(draft);
    return draft.build();
  }

  /** The changeable form, alive only inside {@link #with}. */
  static final class Draft {
    MoveStep step = MoveStep.PREFLIGHT;
    int attempt;
    int deeds;

    @Nullable
    Instant startedAt;

    @Nullable
    Instant stepStartedAt;

    @Nullable
    Instant startSentAt;

    @Nullable
    Instant activeSince;

    @Nullable
    String baseline;

    @Nullable
    VerificationReport verification;

    boolean deletionBegun;

    @Nullable
    Instant retainedUntil;

    boolean undo;
    boolean aborting;

    @Nullable
    String abortReason;

    @Nullable
    String abortMessage;

    @Nullable
    Instant quietSince;

    @Nullable
    String copied;

    long difference;

    @Nullable
    Instant fencedAt;

    @Nullable
    String token;

    @Nullable
    Instant notBefore;

    long total;

    @Nullable
    String snapshot;

    @Nullable
    String stalledFor;

    boolean interrupted;

    @Nullable
    String copiedTable;

    private MoveJournal build() {
      return new MoveJournal(
          step,
          attempt,
          deeds,
          startedAt,
          stepStartedAt,
          startSentAt,
          activeSince,
          baseline,
          verification,
          deletionBegun,
          retainedUntil,
          undo,
          aborting,
          abortReason,
          abortMessage,
          quietSince,
          copied,
          difference,
          fencedAt,
          token,
          notBefore,
          total,
          snapshot,
          stalledFor,
          interrupted,
          copiedTable);
    }
  }
}
