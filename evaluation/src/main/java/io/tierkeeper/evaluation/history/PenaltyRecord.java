package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.PenaltyPart;
import io.tierkeeper.governance.Penalty;
import io.tierkeeper.governance.PenaltyTerm;
import io.tierkeeper.governance.TermPenalty;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How the policy's own penalty terms stand in the trail. */
public final class PenaltyRecord {

  private PenaltyRecord() {}

  /** The parts of a penalty in addition to that of the tier. */
  public static List<PenaltyPart> parts(Penalty penalty) {
    return penalty.terms().stream()
        .map(term -> new PenaltyPart(term.name(), term.value(), term.usable(), term.penalty()))
        .toList();
  }

  /** The k-th tenant's values of a measurement line, by the name of the term. */
  static Map<String, String> values(MeasurementData.Composition composition, int k) {
    Map<String, String> values = new HashMap<>();
    for (MeasurementData.PenaltyColumn term : composition.penaltyTerms()) {
      String value = k < term.values().size() ? term.values().get(k) : null;
      if (value != null) {
        values.put(term.term(), value);
      }
    }
    return values;
  }

  /** The terms whose values a measurement line holds. */
  static Set<String> recorded(MeasurementData.Composition composition) {
    Set<String> recorded = new TreeSet<>();
    composition.penaltyTerms().forEach(term -> recorded.add(term.term()));
    return recorded;
  }

  /**
   * Makes sure that a line holds what these terms look at.
   *
   * @throws NotReplayable naming the first whose values it does not hold
   */
  static void requireRecorded(MeasurementData.Composition composition, List<PenaltyTerm> terms)
      throws NotReplayable {
    Set<String> recorded = recorded(composition);
    for (PenaltyTerm term : terms) {
      if (!recorded.contains(term.name())) {
        throw new NotReplayable("data.composition.penaltyTerms does not contain " + term.name()
            + ", which the policy uses");
      }
    }
  }

  /** The penalty in the observation of a decision; null where its policy had no terms. */
  static @Nullable Penalty read(DecisionData.Observation observation) {
    if (observation.penaltyTerms().isEmpty()) {
      return null;
    }
    List<TermPenalty> terms = observation.penaltyTerms().stream()
        .map(part -> new TermPenalty(part.term(), part.value(), part.usable(), part.penalty()))
        .toList();
    return new Penalty(Objects.requireNonNullElse(observation.tierPenalty(), 0.0), terms);
  }
}
