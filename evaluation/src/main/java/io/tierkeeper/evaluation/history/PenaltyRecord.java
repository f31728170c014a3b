package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.DecisionData;
import io.tierkeeper.audit.PenaltyPart;
import io.tierkeeper.governance.Penalty;
import io.tierkeeper.governance.TermPenalty;
import java.util.List;
import java.util.Objects;
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
