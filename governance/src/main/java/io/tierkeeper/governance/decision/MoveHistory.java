package io.tierkeeper.governance.decision;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's finished moves.
 *
 * @param last the latest; null for none
 * @param recent when each of them ended, as far as they are kept
 */
public record MoveHistory(@Nullable LastMove last, List<Instant> recent) {

  public static final MoveHistory NONE = new MoveHistory(null, List.of());

  public MoveHistory {
    recent = List.copyOf(recent);
  }
}
