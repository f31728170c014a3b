package io.tierkeeper.governance.decision;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is to be done with one tenant, the reason, and the numbers it was taken from; taking it moves nothing. */
public sealed interface Decision permits Promote, Demote, Hold {
  /** The tenant. */
  String tenant();

  /** Why. */
  DecisionReason reason();

  /** Every rule that was evaluated, in order. */
  List<Gate> gates();

  /** The damped mass that was decided on, in [0,1]. */
  double dampedMass();

  /** The points that were decided on. */
  long points();

  /** The direction that measurement, policy and pin point to, whether or not anything holds it; null for none. */
  @Nullable
  Direction advised();

  /** Whether the move needs approval before it is carried out. */
  boolean approvalRequired();

  /** When the first unmet gate opens by itself: the instant at which asking again makes sense without news. */
  default Optional<Instant> nextOpening() {
    return gates().stream()
        .filter(gate -> !gate.met())
        .map(Gate::earliest)
        .filter(Objects::nonNull)
        .min(Comparator.naturalOrder());
  }
}
