package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.governance.PenaltyTerm;
import java.util.ArrayList;
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

  /** Takes in the composition of the next measurement line. */
  void take(MeasurementData.Composition composition) {
    lines++;
    Set<String> recorded = PenaltyRecord.recorded(composition);
    Map<String, Map<String, String>> byTerm = new HashMap<>();
    for (PenaltyTerm term : terms) {
      byTerm.put(term.name(), new HashMap<>());
      if (!recorded.contains(term.name())) {
        silent.merge(term.name(), 1, Integer::sum);
      }
    }
    for (int i = 0; i < (terms.isEmpty() ? 0 : composition.size()); i++) {
      Map<String, String> found = PenaltyRecord.values(composition, i);
      String tenant = composition.tenants().get(i);
      for (PenaltyTerm term : terms) {
        String value = found.get(term.name());
        if (value != null) {
          byTerm.computeIfAbsent(term.name(), name -> new HashMap<>()).put(tenant, value);
          if (term.scale().penalty(value).isEmpty()) {
            unknown.computeIfAbsent(term.name(), name -> new TreeSet<>()).add(value);
          }
        }
      }
    }
    values = new PenaltyValues(byTerm);
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
