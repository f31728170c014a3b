package io.tierkeeper.moves;

import io.tierkeeper.qdrant.Replica;
import java.util.List;
import java.util.Objects;

/** What a person is asked for where a deed fails again and again; it is tried again at every look all the same. */
final class Refusals {

  private Refusals() {}

  /** Whether a person must hear of it even where only a connection is missing. */
  static boolean needsAPerson(Action.Deed deed) {
    return deed instanceof Action.Revive || deed instanceof Action.LiftFence;
  }

  static Stall stall(
      Move move,
      Observation seen,
      MoveJournal journal,
      boolean takingBack,
      Action.Deed deed,
      String words) {
    if (deed instanceof Action.Revive) {
      List<Replica> replicas = seen.layout().replicas(move.tenant());
      return new Stall(
          StallReason.REVIVE_FAILED,
          "The dedicated key " + move.tenant() + " (" + Planner.places(replicas)
              + ") does not come back: " + words
              + ". The fallback serves the tenant meanwhile, nothing "
              + "is lost, and it is tried again at every look. The command does the same by hand, on that peer.",
          Curl.recoverOwn(move, replicas.get(0)));
    }
    if (deed instanceof Action.LiftFence) {
      return new Stall(
          StallReason.FENCE_NOT_LIFTED,
          "The tenant's writers are still paused: " + words
              + ". It is tried again at every look. The command lifts the fence by hand.",
          FenceCalls.liftCommand(
              move, Objects.requireNonNull(move.settings().fence()), journal.token()));
    }
    boolean back = !journal.deletionBegun() && !takingBack;
    return new Stall(
        StallReason.REFUSED,
        "Qdrant refuses " + deed.getClass().getSimpleName() + " again and again: " + words
            + ". It is tried again at every look. Mend what these words say; "
            + (back
                ? "else the command takes the move back."
                : "the command shows the limits that the collection has set."),
        back ? Curl.abort(move, true) : Curl.limits(move));
  }
}
