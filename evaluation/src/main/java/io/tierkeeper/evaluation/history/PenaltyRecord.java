package io.tierkeeper.evaluation.history;

import com.fasterxml.jackson.databind.JsonNode;
import io.tierkeeper.audit.AuditEvents;
import io.tierkeeper.governance.Penalty;
import io.tierkeeper.governance.PenaltyTerm;
import io.tierkeeper.governance.TermPenalty;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** How the policy's own penalty terms stand in the trail. */
public final class PenaltyRecord {

  private PenaltyRecord() {}

  /** The parts of a penalty beside that of the tier. */
  public static List<AuditEvents.PenaltyPart> parts(Penalty penalty) {
    return penalty.terms().stream()
        .map(term ->
            new AuditEvents.PenaltyPart(term.name(), term.value(), term.usable(), term.penalty()))
        .toList();
  }

  /** The k-th tenant's values of a measurement line, by the name of the term. */
  static Map<String, String> values(JsonNode composition, int k) {
    JsonNode terms = composition.path("penaltyTerms");
    if (terms.isEmpty()) {
      return Map.of();
    }
    Map<String, String> values = new HashMap<>();
    for (JsonNode term : terms) {
      JsonNode value = term.path("values").path(k);
      if (value.isTextual()) {
        values.put(term.path("term").asText(), value.asText());
      }
    }
    return values;
  }

  /** The terms whose values a measurement line tells. */
  static Set<String> told(JsonNode composition) {
    Set<String> told = new TreeSet<>();
    composition.path("penaltyTerms").forEach(term -> told.add(term.path("term").asText()));
    return told;
  }

  /**
   * Makes sure that a line tells what these terms look at.
   *
   * @throws NotReplayable naming the first of which it tells nothing
   */
  static void requireTold(JsonNode composition, List<PenaltyTerm> terms) throws NotReplayable {
    Set<String> told = told(composition);
    for (PenaltyTerm term : terms) {
      if (!told.contains(term.name())) {
        throw new NotReplayable("data.composition.penaltyTerms does not tell of " + term.name()
            + ", which the policy asks");
      }
    }
  }

  /** What the observation of a decision tells; null where its policy had no terms. */
  static @Nullable Penalty read(JsonNode observation) {
    if (!observation.has("penaltyTerms")) {
      return null;
    }
    List<TermPenalty> terms = new ArrayList<>();
    for (JsonNode part : observation.path("penaltyTerms")) {
      terms.add(new TermPenalty(
          part.path("term").asText(),
          part.has("value") ? part.path("value").asText() : null,
          part.path("usable").asBoolean(true),
          part.path("penalty").asDouble()));
    }
    return new Penalty(observation.path("tierPenalty").asDouble(), terms);
  }
}
