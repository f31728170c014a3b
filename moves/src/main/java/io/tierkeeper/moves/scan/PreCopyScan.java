package io.tierkeeper.moves.scan;

import io.tierkeeper.moves.content.Baseline;
import io.tierkeeper.moves.content.RoundedIntegers;
import io.tierkeeper.moves.content.UnsteadyVectors;
import io.tierkeeper.qdrant.Point;
import java.util.Optional;

/**
 * Reads the fallback before a copy is started. After the switch, when both keys differ in a point, what it was before tells
 * which of them was written since: the dedicated key by a client, or the fallback by a late write.
 */
public final class PreCopyScan implements ResumableScan {

  private final IdStream source;
  private final Baseline seen = new Baseline();
  private final RoundedIntegers rounded = new RoundedIntegers();
  private final UnsteadyVectors unsteady = new UnsteadyVectors();

  public PreCopyScan(TenantReads reads) {
    this.source = reads.inFallback(null);
  }

  @Override
  public boolean run(ScanBudget budget) {
    while (budget.left()) {
      Point point = source.peek();
      if (point == null) {
        return true;
      }
      seen.add(source.next());
      rounded.add(point);
      unsteady.add(point);
      budget.spend();
    }
    return false;
  }

  /** Points whose integers a copy would round, in words. */
  public Optional<String> rounded() {
    return rounded.found();
  }

  /** Points whose vectors a copy would change, in words. */
  public Optional<String> unsteady() {
    return unsteady.found();
  }

  /** What the fallback held. */
  public Baseline seen() {
    return seen;
  }
}
