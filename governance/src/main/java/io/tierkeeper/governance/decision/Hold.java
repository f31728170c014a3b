package io.tierkeeper.governance.decision;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leave the tenant where it is.
 *
 * @param tenant the tenant
 * @param reason the first rule that holds it
 * @param gates every rule that was evaluated
 * @param dampedMass the mass that was decided on
 * @param points the points that were decided on
 * @param advised the direction that is wanted although something holds it; null when nothing is wanted
 */
public record Hold(
    String tenant,
    DecisionReason reason,
    List<Gate> gates,
    double dampedMass,
    long points,
    @Nullable Direction advised)
    implements Decision {
  /** Keeps its own list. */
  public Hold {
    gates = List.copyOf(gates);
  }

  @Override
  public boolean approvalRequired() {
    return false;
  }
}
