package io.tierkeeper.governance.decision;

import java.util.ArrayList;
import java.util.List;

/** A collection or cluster that is being moved already, by us or by others, is not asked for more. */
final class BusyRule implements DecisionRule {
  @Override
  public List<Gate> ask(DecisionInput input, Direction wanted) {
    int limit = input.policy().limits().maxConcurrentMoves();
    List<Gate> gates = new ArrayList<>(2);
    gates.add(new Gate(
        "ConcurrentMoves",
        Integer.toString(input.activeMoves()),
        "< " + limit,
        input.activeMoves() < limit,
        null,
        (double) input.activeMoves(),
        (double) limit));
    if (input.waitingFor() != null) {
      gates.add(Gate.of("ForeignMover", input.waitingFor(), "none", false));
    }
    return gates;
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.COLLECTION_BUSY;
  }
}
