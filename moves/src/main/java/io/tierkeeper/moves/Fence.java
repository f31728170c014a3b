package io.tierkeeper.moves;

import io.tierkeeper.qdrant.PointId;
import java.net.URI;
import java.time.Duration;

/** How the tenant's writers are paused. */
public sealed interface Fence {

  /** Called with phase {@code Fence} and {@code Lift}; any answer of the 200 class means done. */
  record Webhook(URI url, Duration timeout) implements Fence {}

  /** Takes away, and gives back, the point that the tenant's JWT requires by {@code value_exists}. */
  record Token(String collection, PointId point) implements Fence {}

  /** Waits until a person says so in {@code TierMove.spec.fenced}. */
  record Manual() implements Fence {}
}
