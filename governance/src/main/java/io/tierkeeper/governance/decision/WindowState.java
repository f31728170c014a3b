package io.tierkeeper.governance.decision;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Whether a maintenance window is open for the direction {@link Direction#from} of the tenant's tier.
 *
 * @param open whether moves may start now; true without any window
 * @param nextEdge when it closes (open) or opens (closed) next; null for never
 */
public record WindowState(boolean open, @Nullable Instant nextEdge) {
  /** No window restricts anything. */
  public static WindowState always() {
    return new WindowState(true, null);
  }
}
