package io.tierkeeper.moves.act;

import io.tierkeeper.moves.MoveStep;
import io.tierkeeper.moves.StallReason;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.Stall;

/** Lets the tenant's writers continue. */
public record LiftFence(MoveStep step) implements Call {

  @Override
  public Outcome perform(MutationContext context) {
    context.leadership().requireLeading();
    context
        .fences()
        .lift(
            context.move(),
            context.fence(),
            context.port(),
            context.demotion().raised().token());
    return Outcome.done(context
        .journal()
        .fence(fence -> fence.raisedAt(null))
        // Writers continue, so nothing that was verified under the fence counts any more.
        .header(draft -> draft.verification(null)));
  }

  @Override
  public Stall refused(MutationContext context, boolean takingBack, CallFailure failure) {
    return new Stall(
        StallReason.FENCE_NOT_LIFTED,
        "The fence of tenant " + context.move().tenant()
            + " is not lifted and its writers are still paused: " + failure.text()
            + ". The operator keeps retrying. The command lifts the fence by hand.",
        new Remedy.LiftFence(context.fence(), context.demotion().raised().token()));
  }
}
