package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Judges a point that is in the source and not the same in the target, and brings late writes over. */
final class Straggler {

  /** What a difference means. */
  enum Ruling {
    /** The same in both. */
    EQUAL,
    /** The target is newer: clients have written there since the switch. */
    SUPERSEDED,
    /** A request from before the switch created it in the source only. */
    NEW,
    /** A request from before the switch changed it in the source only. */
    CHANGED,
    /** Missing in the target from the first look on. */
    MISSING,
    /** Different in the target from the first look on. */
    DIFFERENT,
    /** Missing in the target, and nothing tells whether a late request created it or a client has deleted it. */
    AMBIGUOUS
  }

  private final Move move;
  private final Evidence evidence;

  Straggler(Move move, Evidence evidence) {
    this.move = move;
    this.evidence = evidence;
  }

  Ruling rule(Point source, @Nullable Point target) {
    boolean idsOnly = move.settings().verifyLevel() == VerifyLevel.IDS;
    if (target != null && (idsOnly || PointContent.same(source, target))) {
      return Ruling.EQUAL;
    }
    boolean sinceFirstLook =
        evidence.trust() == Evidence.Trust.FIRST_LOOK && !evidence.baseline.matches(source);
    Optional<Ruling> told = sinceFirstLook ? Optional.empty() : sinceBefore(source, target);
    return told.orElseGet(() -> byFirstLook(source, target));
  }

  /**
   * What came late, as far as what the source held before the copy tells. Where the source is as it was then, a client has
   * written to the target, or the copy is not what it should be: that is not told here.
   */
  private Optional<Ruling> sinceBefore(Point source, @Nullable Point target) {
    LastPass before = evidence.before;
    if (before.unchanged(source).orElse(true)) {
      return Optional.empty();
    }
    if (target == null) {
      // Or it was written during the copy and a client has deleted it since the switch.
      return before.copied(source).orElse(true) ? Optional.empty() : Optional.of(Ruling.AMBIGUOUS);
    }
    return before.was(target).orElse(false) ? Optional.of(Ruling.CHANGED) : Optional.empty();
  }

  private Ruling byFirstLook(Point source, @Nullable Point target) {
    return switch (evidence.trust()) {
      case NONE -> target == null ? Ruling.AMBIGUOUS : newerUnlessInterrupted();
      case FINGERPRINT -> Ruling.SUPERSEDED;
      case FIRST_LOOK -> {
        if (!evidence.baseline.knows(source.id())) {
          yield target == null ? Ruling.NEW : newerUnlessInterrupted();
        }
        if (!evidence.baseline.matches(source)) {
          yield target != null && evidence.baseline.matches(target)
              ? Ruling.CHANGED
              : newerUnlessInterrupted();
        }
        Long atFirst = evidence.suspects.get(source.id());
        if (atFirst == null || atFirst != (target == null ? 0 : PointContent.hash(target))) {
          yield Ruling.SUPERSEDED;
        }
        yield target == null ? Ruling.MISSING : Ruling.DIFFERENT;
      }
    };
  }

  private Ruling newerUnlessInterrupted() {
    return evidence.interrupted ? Ruling.DIFFERENT : Ruling.SUPERSEDED;
  }

  /** Writes the source's point into the dedicated key unless a client has been there since it was read. */
  void apply(QdrantWrites port, Point source, @Nullable Point target) {
    Upsert write = Upsert.of(move.collection(), ShardSelector.key(move.tenant()), List.of(source));
    port.upsert(
        target == null
            ? write.mode(UpsertMode.INSERT_ONLY)
            : write.mode(UpsertMode.UPDATE_ONLY).onlyWhere(PointContent.asRead(target)));
  }
}
