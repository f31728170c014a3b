package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.governance.PenaltyTerm;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a trail holds for another policy's penalty terms: the values that were recorded for terms of the same names. */
final class RecordedPenalties {

  private static final int MAX_VALUES_NAMED = 3;

  private final List<PenaltyTerm> terms;
  private final Map<String, Integer> silent = new HashMap<>();
  private final Map<String, Set<String>> unknown = new TreeMap<>();
  private int lines;
  private PenaltyValues values = PenaltyValues.NONE;

  RecordedPenalties(List<PenaltyTerm> terms) {
    this.terms = terms;
  }

  /**
   * Takes in what the next measurement line was computed from.
   *
   * @param recorded names of the terms that the policy of the line has
   */
  void take(Collection<CompositionData.Row> tenants, Set<String> recorded) {
    lines++;
    Map<String, Map<String, String>> byTerm = new HashMap<>();
    for (PenaltyTerm term : terms) {
      byTerm.put(term.name(), new HashMap<>());
      if (!recorded.contains(term.name())) {
        silent.merge(term.name(), 1, Integer::sum);
      }
    }
    if (!terms.isEmpty()) {
      tenants.forEach(tenant -> take(tenant, recorded, byTerm));
    }
    values = new PenaltyValues(byTerm);
  }

  private void take(
      CompositionData.Row tenant, Set<String> recorded, Map<String, Map<String, String>> byTerm) {
    for (PenaltyTerm term : terms) {
      String value = recorded.contains(term.name()) ? tenant.values().get(term.name()) : null;
      if (value != null) {
        byTerm.computeIfAbsent(term.name(), name -> new HashMap<>()).put(tenant.tenant(), value);
        if (term.scale().penalty(value).isEmpty()) {
          unknown.computeIfAbsent(term.name(), name -> new TreeSet<>()).add(value);
        }
      }
    }
  }

  /** Those of the last line. */
  PenaltyValues values() {
    return values;
  }

  /** What the trail does not record, in sentences. */
  List<String> assumptions() {
    List<String> all = new ArrayList<>();
    for (PenaltyTerm term : terms) {
      int without = silent.getOrDefault(term.name(), 0);
      if (without > 0) {
        all.add("penalty term " + term.name() + ": "
            + (without == lines ? "no measurement" : without + " of " + lines + " measurements")
            + (without == lines ? " contains" : " do not contain") + " it; its otherwise, "
            + term.otherwise() + ", counts for every tenant"
            + (without == lines ? "" : " there"));
      }
      Set<String> strange = unknown.getOrDefault(term.name(), Set.of());
      if (!strange.isEmpty()) {
        all.add("penalty term " + term.name() + ": it does not know the recorded values "
            + String.join(", ", strange.stream().limit(MAX_VALUES_NAMED).toList())
            + (strange.size() > MAX_VALUES_NAMED
                ? " and " + (strange.size() - MAX_VALUES_NAMED) + " more"
                : "")
            + "; its otherwise, " + term.otherwise() + ", counts for them");
      }
    }
    return all;
  }
}
