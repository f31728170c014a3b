package io.tierkeeper.moves;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.soabase.recordbuilder.core.RecordBuilder;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.decision.Direction;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Durable move state that cannot be reconstructed from Qdrant, persisted before each mutation. All of it may be lost: the engine then
 * assumes the worst, and waits, starts over or stalls, but loses no point. It is stored as one flat JSON object.
 *
 * @param settings the rules that the move began with and ends by, whatever its policy says since; null before it began
 */
@RecordBuilder
public record MoveJournal(
    JournalHeader header,
    Abort abort,
    CopyEvidence evidence,
    Protocol protocol,
    @Nullable MoveSettings settings)
    implements MoveJournalBuilder.With {

  private static final ObjectMapper JSON = JsonMapper.builder()
      // Also in the settings: a later version may have written more.
      .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
      .addModule(new JavaTimeModule())
      .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
      .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
      .build();

  private static final String SETTINGS = "settings";

  /** Nothing is known: a move that never began, or whose journal is lost. */
  public static MoveJournal initial() {
    return new MoveJournal(
        JournalHeader.initial(), Abort.NONE, CopyEvidence.NONE, Protocol.Unassigned.NOTHING, null);
  }

  /**
   * Reads what {@link #toJson} wrote; unknown members are ignored, missing ones count as not known. The protocol is
   * unassigned, since the object does not name it.
   */
  public static MoveJournal fromJson(JsonNode json) {
    try {
      return new MoveJournal(
          JSON.treeToValue(json, JournalHeader.class),
          JSON.treeToValue(json, Abort.class),
          JSON.treeToValue(json, CopyEvidence.class),
          new Protocol.Unassigned(
              JSON.treeToValue(json, Protocol.Promotion.class),
              JSON.treeToValue(json, Protocol.DemotionState.class),
              JSON.treeToValue(json, Protocol.FenceState.class)),
          json.hasNonNull(SETTINGS)
              ? JSON.treeToValue(json.get(SETTINGS), MoveSettings.class)
              : null);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "journal: cannot be read; allowed: what a move wrote: " + e.getOriginalMessage(), e);
    }
  }

  /** A JSON object of 4 KB, 7 KB while points are deleted; times in RFC 3339. */
  public ObjectNode toJson() {
    ObjectNode json = JSON.valueToTree(header);
    json.setAll(JSON.<ObjectNode>valueToTree(abort));
    json.setAll(JSON.<ObjectNode>valueToTree(evidence));
    promotion().ifPresent(part -> json.setAll(JSON.<ObjectNode>valueToTree(part)));
    demotion().ifPresent(part -> json.setAll(JSON.<ObjectNode>valueToTree(part)));
    fence().ifPresent(part -> json.setAll(JSON.<ObjectNode>valueToTree(part)));
    if (settings != null) {
      json.set(SETTINGS, JSON.valueToTree(settings));
    }
    return json;
  }

  /** The move by the rules that it began with. */
  public Move byItsRules(Move asked) {
    return settings == null ? asked : asked.under(settings);
  }

  /** Where the move was last seen. */
  public MoveStep step() {
    return header.step();
  }

  /** Whether it is a promotion that is being taken back as a demotion. */
  public boolean undo() {
    return demotion().map(Protocol.DemotionState::undo).orElse(false);
  }

  /**
   * Whether the cut-over is recorded: a promotion's dedicated shard key serves the tenant, or the deletion has begun
   * after which a move cannot be taken back.
   */
  public boolean cutOver() {
    return header.deletionBegun()
        || promotion().map(Protocol.Promotion::activeSince).isPresent();
  }

  /** The tier that the tenant counts for while the move is open; a measurement made meanwhile does not change it. */
  public TierState tier(Direction direction) {
    return switch (undo() ? Direction.DEMOTE : direction) {
      case PROMOTE -> cutOver() ? TierState.DEDICATED : TierState.PROMOTING;
      case DEMOTE -> cutOver() ? TierState.FALLBACK : TierState.DEMOTING;
    };
  }

  /** What a promotion records; empty in another protocol. */
  public Optional<Protocol.Promotion> promotion() {
    return switch (protocol) {
      case Protocol.Unassigned stored -> Optional.of(stored.promotion());
      case Protocol.Promotion promotion -> Optional.of(promotion);
      case Protocol.Demotion demotion -> Optional.empty();
    };
  }

  /** What a demotion records; empty in another protocol. */
  public Optional<Protocol.DemotionState> demotion() {
    return switch (protocol) {
      case Protocol.Unassigned stored -> Optional.of(stored.state());
      case Protocol.Promotion promotion -> Optional.empty();
      case Protocol.Demotion demotion -> Optional.of(demotion.state());
    };
  }

  /** The fence of a demotion; empty in another protocol. */
  public Optional<Protocol.FenceState> fence() {
    return switch (protocol) {
      case Protocol.Unassigned stored -> Optional.of(stored.fence());
      case Protocol.Promotion promotion -> Optional.empty();
      case Protocol.Demotion demotion -> Optional.of(demotion.raised());
    };
  }

  /** The same with another header. */
  public MoveJournal header(Consumer<JournalHeaderBuilder> change) {
    return withHeader(header.with(change));
  }

  /**
   * The same with other records of the promotion.
   *
   * @throws IllegalStateException if the move follows another protocol
   */
  public MoveJournal promotion(Consumer<ProtocolPromotionBuilder> change) {
    return withProtocol(as(Protocol.Promotion.class).with(change));
  }

  /** The same with a retention that ends now, unless it has ended or has not begun. */
  public MoveJournal retainedUntil(Instant now) {
    Instant until = promotion().map(Protocol.Promotion::retainedUntil).orElse(null);
    return until == null || until.isBefore(now) ? this : withRetentionEnd(now);
  }

  /** The same with a retention that ends at this time, unless it has not begun or the deletion of the source has. */
  public MoveJournal retentionEndsAt(Instant end) {
    return retentionEnd().isPresent() ? withRetentionEnd(end) : this;
  }

  /** When the retention ends, as long as that can be changed: empty before it begins and once the deletion of the source has. */
  public Optional<Instant> retentionEnd() {
    return header.deletionBegun()
        ? Optional.empty()
        : promotion().map(Protocol.Promotion::retainedUntil);
  }

  private MoveJournal withRetentionEnd(Instant end) {
    return withProtocol(
        switch (protocol) {
          case Protocol.Unassigned stored ->
            new Protocol.Unassigned(
                stored.promotion().withRetainedUntil(end), stored.state(), stored.fence());
          case Protocol.Promotion promotion -> promotion.withRetainedUntil(end);
          case Protocol.Demotion demotion -> demotion;
        });
  }

  /**
   * The same with other records of the demotion.
   *
   * @throws IllegalStateException if the move follows another protocol
   */
  public MoveJournal demotion(Consumer<ProtocolDemotionStateBuilder> change) {
    Protocol.Demotion demotion = as(Protocol.Demotion.class);
    return withProtocol(demotion.with(demotion.state().with(change), demotion.raised()));
  }

  /**
   * The same with another fence.
   *
   * @throws IllegalStateException if the move follows another protocol
   */
  public MoveJournal fence(UnaryOperator<Protocol.FenceState> change) {
    Protocol.Demotion demotion = as(Protocol.Demotion.class);
    return withProtocol(demotion.with(demotion.state(), change.apply(demotion.raised())));
  }

  /**
   * What the protocol of the move records.
   *
   * @throws IllegalStateException if the move follows another protocol
   */
  public <P extends Protocol> P as(Class<P> wanted) {
    if (!wanted.isInstance(protocol)) {
      throw new IllegalStateException("journal: is of a " + protocol.getClass().getSimpleName()
          + "; required here: " + wanted.getSimpleName());
    }
    return wanted.cast(protocol);
  }

  /**
   * The same in the protocol that the move follows from here on. This is the one place that chooses it: a policy may
   * change its strategy in mid-move, so a demotion takes up the other protocol with everything that it has recorded.
   *
   * @param undoing the promotion is being taken back as a demotion
   */
  public MoveJournal assigned(Move move, boolean undoing) {
    if (move.direction() == Direction.PROMOTE && !undoing) {
      return withProtocol(promotion().orElse(Protocol.Promotion.NOTHING));
    }
    if (undoing && !undo()) {
      // Recognised by its traces: what this journal knows is of the promotion.
      return undone().assigned(move, true);
    }
    Protocol.DemotionState state =
        demotion().orElse(Protocol.DemotionState.NOTHING).withUndo(undoing);
    Protocol.FenceState fence = fence().orElse(Protocol.FenceState.NOTHING);
    return withProtocol(
        move.settings().demotion().strategy() == DemotionStrategy.FENCE
            ? new Protocol.Fence(state, fence)
            : new Protocol.Freeze(state, fence));
  }

  /**
   * The same, with nothing that began later than now and nothing that ends later than if it began now: after a clock was
   * set back, a wait is made again from its beginning instead of lasting until the clock has caught up.
   */
  public MoveJournal begunBy(Instant now, MoveSettings settings) {
    return withHeader(header.begunBy(now)).withProtocol(protocol.begunBy(now, settings));
  }

  /** For a new attempt of a promotion: without what the failed one has recorded. */
  public MoveJournal startedOver(Instant nextNotBefore) {
    return withEvidence(CopyEvidence.NONE)
        .header(draft -> {
          draft.step(MoveStep.PREFLIGHT);
          draft.startSentAt(null);
          draft.verification(null);
          draft.interrupted(false);
        })
        .promotion(draft -> {
          draft.activeSince(null);
          draft.baseline(null);
          draft.notBefore(nextNotBefore);
        });
  }

  /** For the undo of a promotion, which continues as a demotion that has not begun. */
  public MoveJournal undone() {
    return withEvidence(CopyEvidence.NONE)
        .header(draft -> {
          draft.attempt(0);
          draft.startSentAt(null);
          draft.verification(null);
          draft.interrupted(false);
        })
        .withProtocol(new Protocol.Freeze(
            Protocol.DemotionState.NOTHING.with(draft -> {
              draft.undo(true);
              if (header.verified()) {
                draft.retained(evidence.copied());
                draft.retainedTable(evidence.copiedTable());
              }
            }),
            Protocol.FenceState.NOTHING));
  }

  /** The earlier of both; null where nothing has begun. */
  public static @Nullable Instant earlier(@Nullable Instant begun, Instant now) {
    return begun != null && begun.isAfter(now) ? now : begun;
  }
}
