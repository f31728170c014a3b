package io.tierkeeper.moves;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The steps of both directions, with the steps that may follow and what happens at the deadline. */
public enum MoveStep {
  PREFLIGHT(MovePhase.PREFLIGHT, AtDeadline.ABORT),
  // promotion
  CREATE_KEY(MovePhase.COPYING, AtDeadline.NONE),
  REPLICATE(MovePhase.COPYING, AtDeadline.NONE),
  AWAIT_ACTIVE(MovePhase.COPYING, AtDeadline.CLEAN_UP),
  PLACE(MovePhase.COPYING, AtDeadline.STALL),
  SETTLE(MovePhase.VERIFYING, AtDeadline.NONE),
  VERIFY(MovePhase.VERIFYING, AtDeadline.STALL),
  RETAIN(MovePhase.RETAINING, AtDeadline.NONE),
  DELETE_SOURCE(MovePhase.CLEANING_UP, AtDeadline.STALL),
  CLEAN_UP(MovePhase.ABORTING, AtDeadline.STALL),
  // demotion
  REDUCE(MovePhase.COPYING, AtDeadline.STALL),
  COPY(MovePhase.COPYING, AtDeadline.ABORT),
  CREATE_OWN_KEYS(MovePhase.COPYING, AtDeadline.STALL),
  QUIET(MovePhase.COPYING, AtDeadline.ABORT),
  FREEZE(MovePhase.COPYING, AtDeadline.STALL),
  THAW_COPY(MovePhase.COPYING, AtDeadline.STALL),
  MERGE(MovePhase.VERIFYING, AtDeadline.STALL),
  FENCE(MovePhase.COPYING, AtDeadline.ABORT),
  DRAIN(MovePhase.COPYING, AtDeadline.ABORT),
  LAST_PASSES(MovePhase.VERIFYING, AtDeadline.ABORT),
  DELETE_DEDICATED(MovePhase.CLEANING_UP, AtDeadline.STALL),
  LIFT(MovePhase.CLEANING_UP, AtDeadline.STALL),
  REMOVE_MARKER(MovePhase.CLEANING_UP, AtDeadline.STALL),
  // taking a demotion back
  REVIVE(MovePhase.ABORTING, AtDeadline.STALL),
  GIVE_BACK(MovePhase.ABORTING, AtDeadline.STALL),
  REMOVE_COPIES(MovePhase.ABORTING, AtDeadline.STALL),
  DONE(MovePhase.SUCCEEDED, AtDeadline.NONE);

  /** What a step does that has waited longer than it may. */
  public enum AtDeadline {
    /** The step does not wait for anything but the clock. */
    NONE,
    /** The move is taken back. */
    ABORT,
    /** The attempt is cleaned up and, a few times, repeated. */
    CLEAN_UP,
    /** A person is asked, with the command that resolves it. */
    STALL
  }

  private final MovePhase phase;
  private final AtDeadline atDeadline;

  MoveStep(MovePhase phase, AtDeadline atDeadline) {
    this.phase = phase;
    this.atDeadline = atDeadline;
  }

  /** The phase that people see during this step of a move that is not being taken back. */
  public MovePhase phase() {
    return phase;
  }

  public AtDeadline atDeadline() {
    return atDeadline;
  }

  /** PascalCase, as {@code CreateKey}. */
  public String apiName() {
    return Stream.of(name().split("_", -1))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining());
  }

  /** The steps that may follow, itself apart. */
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
      case FENCE -> List.of(DRAIN, LIFT);
      case DRAIN -> List.of(LAST_PASSES, LIFT);
      case LAST_PASSES -> List.of(DELETE_DEDICATED, LIFT);
      case DELETE_DEDICATED -> List.of(LIFT, REMOVE_MARKER);
      case LIFT -> List.of(REMOVE_MARKER, REMOVE_COPIES);
      case REMOVE_MARKER -> List.of(DONE);
      case REVIVE -> List.of(GIVE_BACK);
      case GIVE_BACK -> List.of(COPY, REMOVE_COPIES);
      case REMOVE_COPIES -> List.of(DONE);
      case DONE -> List.of();
    };
  }
}
