package io.tierkeeper.moves;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The steps of both directions, with the steps that may follow and what happens at the deadline. */
public enum MoveStep {
  PREFLIGHT(
      MovePhase.PREFLIGHT,
      AtDeadline.ABORT,
      "Checks that Qdrant, its peers and the tenant are fit for the move."),
  // promotion
  CREATE_KEY(
      MovePhase.COPYING,
      AtDeadline.NONE,
      "Creates the dedicated shard key; the fallback continues to serve the tenant."),
  REPLICATE(
      MovePhase.COPYING,
      AtDeadline.NONE,
      "Starts the copy of the tenant's points to the dedicated shard key."),
  AWAIT_ACTIVE(
      MovePhase.COPYING,
      AtDeadline.CLEAN_UP,
      "Qdrant is copying the tenant's points; the fallback serves the tenant until the copy is complete."),
  PLACE(
      MovePhase.COPYING,
      AtDeadline.STALL,
      "Qdrant is copying a replica of the dedicated shard key to its target peer."),
  SETTLE(
      MovePhase.VERIFYING,
      AtDeadline.NONE,
      "The dedicated shard key serves the tenant; waiting for late writes to the fallback to arrive."),
  VERIFY(MovePhase.VERIFYING, AtDeadline.STALL, "Compares both copies point by point."),
  RETAIN(
      MovePhase.RETAINING,
      AtDeadline.NONE,
      "Both copies are equal; the old copy is retained so that the move can be undone."),
  DELETE_SOURCE(
      MovePhase.CLEANING_UP,
      AtDeadline.STALL,
      "Deletes the old copy from the fallback in batches."),
  CLEAN_UP(MovePhase.ABORTING, AtDeadline.STALL, "Removes what this attempt created."),
  // demotion
  REDUCE(MovePhase.COPYING, AtDeadline.STALL, "Reduces the dedicated shard key to one replica."),
  COPY(
      MovePhase.COPYING,
      AtDeadline.ABORT,
      "Copies the tenant's points to the fallback until a scan finds few changes."),
  CREATE_OWN_KEYS(
      MovePhase.COPYING, AtDeadline.STALL, "Creates the working shard keys that the switch needs."),
  QUIET(
      MovePhase.COPYING,
      AtDeadline.ABORT,
      "Copies changed points until no change is found for quietFor."),
  FREEZE(
      MovePhase.COPYING,
      AtDeadline.STALL,
      "Takes the dedicated shard key out of service; the fallback serves the tenant."),
  THAW_COPY(
      MovePhase.COPYING,
      AtDeadline.STALL,
      "Makes the frozen copy readable for the last comparison."),
  MERGE(
      MovePhase.VERIFYING,
      AtDeadline.STALL,
      "Compares the frozen copy with the fallback and merges the differences."),
  FENCE(MovePhase.COPYING, AtDeadline.ABORT, "Pauses the tenant's writers with a fence."),
  DRAIN(
      MovePhase.COPYING, AtDeadline.ABORT, "Waits until writes from before the fence have ended."),
  LAST_PASSES(
      MovePhase.VERIFYING,
      AtDeadline.ABORT,
      "Copies and compares once more while the writers are paused."),
  DELETE_DEDICATED(
      MovePhase.CLEANING_UP,
      AtDeadline.STALL,
      "Deletes the dedicated shard key; the fallback serves the tenant."),
  LIFT(MovePhase.CLEANING_UP, AtDeadline.STALL, "Lifts the fence; the tenant's writers continue."),
  REMOVE_MARKER(
      MovePhase.CLEANING_UP,
      AtDeadline.STALL,
      "Removes the marks and working shard keys of the move."),
  // taking a demotion back
  REVIVE(MovePhase.ABORTING, AtDeadline.STALL, "Returns the dedicated shard key to service."),
  GIVE_BACK(
      MovePhase.ABORTING,
      AtDeadline.STALL,
      "Writing changes made in the fallback while the dedicated shard key was out of service back to it."),
  REMOVE_COPIES(
      MovePhase.ABORTING,
      AtDeadline.STALL,
      "Removes the copies that the move made in the fallback."),
  DONE(MovePhase.SUCCEEDED, AtDeadline.NONE, "The move has ended.");

  /** What happens to a step that waits longer than the deadline. */
  public enum AtDeadline {
    /** The step waits for nothing but the clock. */
    NONE,
    /** The move is taken back. */
    ABORT,
    /** The attempt is cleaned up and, a few times, repeated. */
    CLEAN_UP,
    /** The move stalls, with the command that resolves it. */
    STALL
  }

  private final MovePhase phase;
  private final AtDeadline atDeadline;
  private final String sentence;

  MoveStep(MovePhase phase, AtDeadline atDeadline, String sentence) {
    this.phase = phase;
    this.atDeadline = atDeadline;
    this.sentence = sentence;
  }

  /** The phase shown during this step of a move that is not being taken back. */
  public MovePhase phase() {
    return phase;
  }

  public AtDeadline atDeadline() {
    return atDeadline;
  }

  /** What happens in this step, for humans. */
  public String sentence() {
    return sentence;
  }

  /** PascalCase, as {@code CreateKey}. */
  public String apiName() {
    return Stream.of(name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** The steps that may follow, other than itself. */
  public List<MoveStep> successors() {
    return switch (this) {
      case PREFLIGHT -> List.of(CREATE_KEY, REDUCE, COPY, DONE);
      case CREATE_KEY -> List.of(REPLICATE, CLEAN_UP);
      case REPLICATE -> List.of(AWAIT_ACTIVE, CLEAN_UP);
      case AWAIT_ACTIVE -> List.of(PLACE, SETTLE, CLEAN_UP);
      case PLACE -> List.of(SETTLE);
      case SETTLE -> List.of(VERIFY);
      case VERIFY -> List.of(RETAIN, DELETE_SOURCE, REDUCE, COPY);
      case RETAIN -> List.of(DELETE_SOURCE, REDUCE, COPY);
      case DELETE_SOURCE -> List.of(VERIFY, DONE);
      case CLEAN_UP -> List.of(PREFLIGHT, DONE);
      case REDUCE -> List.of(COPY, REMOVE_COPIES);
      case COPY -> List.of(CREATE_OWN_KEYS, FENCE, GIVE_BACK, REMOVE_COPIES);
      case CREATE_OWN_KEYS -> List.of(QUIET, GIVE_BACK);
      case QUIET -> List.of(FREEZE, GIVE_BACK);
      case FREEZE -> List.of(THAW_COPY, GIVE_BACK, REVIVE);
      case THAW_COPY -> List.of(MERGE, REVIVE);
      case MERGE -> List.of(DELETE_DEDICATED, REVIVE);
      case FENCE -> List.of(DRAIN, LIFT, GIVE_BACK);
      case DRAIN -> List.of(LAST_PASSES, LIFT, GIVE_BACK);
      case LAST_PASSES -> List.of(DELETE_DEDICATED, LIFT, GIVE_BACK);
      case DELETE_DEDICATED -> List.of(LIFT, REMOVE_MARKER);
      case LIFT -> List.of(REMOVE_MARKER, GIVE_BACK, REMOVE_COPIES);
      case REMOVE_MARKER -> List.of(DONE);
      case REVIVE -> List.of(GIVE_BACK);
      case GIVE_BACK -> List.of(COPY, REMOVE_COPIES);
      case REMOVE_COPIES -> List.of(GIVE_BACK, DONE);
      case DONE -> List.of();
    };
  }
}
