package io.tierkeeper.evaluation;

import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TierState;
import io.tierkeeper.governance.Window;
import io.tierkeeper.governance.decision.Decision;
import io.tierkeeper.governance.decision.DecisionInput;
import io.tierkeeper.qdrant.TenantId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an evaluation says of one tenant.
 *
 * @param tier where its points are served from
 * @param numbers masses and damping; null before the first measurement
 * @param window the damped masses that the damping looked at
 * @param samples measurements, this one included
 * @param seen what the decision was taken from
 * @param since since when this decision stands
 * @param news whether the decision or its reasons differ from the last ones
 */
public record TenantVerdict(
    TenantId tenant,
    TierState tier,
    long points,
    @Nullable RegimeEvaluation numbers,
    Window window,
    int samples,
    Decision decision,
    DecisionInput seen,
    Instant since,
    boolean news) {

  /** The tenant's text in its collection. */
  public String name() {
    return seen.tenant();
  }
}
