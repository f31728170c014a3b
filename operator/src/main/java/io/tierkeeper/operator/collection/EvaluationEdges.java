package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.EvaluationOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The instants at which an evaluation changes by itself: a gate opens, a pause ends. */
final class EvaluationEdges {

  private static final Duration FARTHEST = Duration.ofDays(400);
  private static final int MAX_EDGES = 16;

  private EvaluationEdges() {}

  /** Those that follow, the first ones only. */
  static List<Instant> of(CollectionCase about, EvaluationOutcome outcome) {
    List<Instant> edges = new ArrayList<>();
    outcome
        .verdicts()
        .values()
        .forEach(verdict -> verdict.decision().nextOpening().ifPresent(edges::add));
    about.runningPauses().forEach(pause -> edges.add(CollectionCase.end(pause)));
    return edges.stream()
        .filter(edge -> edge.isAfter(about.now()) && edge.isBefore(about.now().plus(FARTHEST)))
        .distinct()
        .sorted()
        .limit(MAX_EDGES)
        .toList();
  }
}
