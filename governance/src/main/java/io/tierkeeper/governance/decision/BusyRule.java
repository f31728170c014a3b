package io.tierkeeper.governance.decision;

import java.util.ArrayList;
import java.util.List;

/** A collection or cluster with a move under way, by this operator or another one, starts no other. */
final class BusyRule implements DecisionRule {
  @Override
  public List<Gate> evaluate(DecisionInput input, Direction wanted) {
    int limit = input.policy().limits().maxConcurrentMoves();
    List<Gate> gates = new ArrayList<>(2);
    gates.add(new Gate(
        "ConcurrentMoves",
        Integer.toString(input.circumstances().activeMoves()),
        "< " + limit,
        input.circumstances().activeMoves() < limit,
        null,
        (double) input.circumstances().activeMoves(),
        (double) limit));
    if (input.circumstances().waitingFor() != null) {
      gates.add(Gate.of("ForeignMover", input.circumstances().waitingFor(), "none", false));
    }
    return gates;
  }

  @Override
  public DecisionReason reason(DecisionInput input, Direction wanted, Gate unmet) {
    return DecisionReason.COLLECTION_BUSY;
  }
}
