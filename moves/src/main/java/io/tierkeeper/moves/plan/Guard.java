package io.tierkeeper.moves.plan;

import java.util.Optional;

/** Something that comes before the planner of the direction; a pure function of the situation. */
@FunctionalInterface
interface Guard {

  /** The decision of the step where this guard takes it, else empty. */
  Optional<Decision> decide(Situation situation);
}
