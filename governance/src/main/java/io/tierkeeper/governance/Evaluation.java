package io.tierkeeper.governance;

import java.util.List;

/**
 * The outcome of one evaluation of a collection.
 *
 * @param known whether there was anything to measure; if not, the last masses are repeated and nothing may be decided
 * @param regimes one entry for each tenant that remains, sorted by tenant
 * @param summary the collection as a whole
 */
public record Evaluation(boolean known, List<RegimeEvaluation> regimes, CollectionSummary summary) {
  /** Keeps its own immutable list. */
  public Evaluation {
    regimes = List.copyOf(regimes);
  }
}
