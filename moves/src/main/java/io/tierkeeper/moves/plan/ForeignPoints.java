package io.tierkeeper.moves.plan;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.remedy.Remedy;
import java.util.Optional;

/** What is not the tenant's is not copied by a demotion, so the dedicated key must not be deleted with it. */
final class ForeignPoints {

  private ForeignPoints() {}

  /** @param undo a promotion is being taken back, which cannot be taken back itself */
  static Optional<Decision> decide(Situation of, boolean undo) {
    if (of.journal().header().deletionBegun() || !of.seen().foreign().any()) {
      return Optional.empty();
    }
    Move move = of.move();
    String message =
        "In the dedicated key " + move.dedicated() + ", " + of.seen().foreign()
            + " do not belong to tenant " + move.tenant()
            + " alone: payload field " + move.tenantField()
            + " is missing or holds another value. Each point must belong to this tenant only, or be moved to "
            + "the key of its own tenant.";
    if (!undo && of.journal().evidence().copied() == null) {
      return Optional.of(of.takeBack(new Decision.TakeBack(
          MoveStep.PREFLIGHT, StallReason.FOREIGN_POINTS.apiName(), message)));
    }
    // Only a freeze can be taken back; an undo is itself a taking back.
    boolean active = of.layout().state(move.dedicated()) == KeyState.ACTIVE;
    Remedy remedy = active || undo
        ? new Remedy.ListForeignPoints(active ? move.dedicated() : move.thawedCopyKey())
        : new Remedy.SetAbort(true);
    return Optional.of(new Decision.Stalled(
        of.journal().step(),
        StallReason.FOREIGN_POINTS,
        message + " The key is not deleted while it holds them. "
            + (remedy instanceof Remedy.SetAbort
                ? "The command takes the move back."
                : "The command lists them."),
        remedy));
  }
}
