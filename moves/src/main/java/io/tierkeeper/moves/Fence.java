package io.tierkeeper.moves;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.qdrant.PointId;
import java.net.URI;
import java.time.Duration;

/** How the tenant's writers are paused. */
public sealed interface Fence {

  /**
   * The body of a webhook call.
   *
   * @param phase {@code Fence} or {@code Lift}
   */
  static ObjectNode request(Move move, String phase) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("phase", phase)
        .put("tenant", move.tenantText())
        .put("collection", move.collection())
        .put("move", move.name());
  }

  /** Called with phase {@code Fence} and {@code Lift}; any answer of the 200 class means done. */
  record Webhook(URI url, Duration timeout) implements Fence {}

  /** Removes, and restores, the point that the tenant's JWT requires by {@code value_exists}. */
  record Token(String collection, PointId point) implements Fence {}

  /** Waits until {@code TierMove.spec.fenced} is set. */
  record Manual() implements Fence {}
}
