package io.tierkeeper.operator.collection;

import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.operator.metrics.OperatorMeters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Shows in a collection's meters what a pass found. */
final class EvaluationMeters {

  private EvaluationMeters() {}

  static void show(
      OperatorMeters.CollectionMeters meters,
      CollectionCase about,
      EvaluationOutcome outcome,
      long sequence,
      boolean foreign) {
    Measurement measurement = outcome.memory().measurement();
    if (outcome.evaluation() != null && measurement != null) {
      meters.composition(
          measurement.tenants().size(),
          outcome.dedicated(),
          outcome.evaluation().summary().coherence(),
          outcome.evaluation().summary().tenantsToCover90(),
          measurement.at().getEpochSecond());
      Map<String, Double> masses = new LinkedHashMap<>();
      outcome.verdicts().values().stream()
          .filter(verdict -> verdict.numbers() != null)
          .sorted((a, b) -> Double.compare(
              Objects.requireNonNull(b.numbers()).dampedMass(),
              Objects.requireNonNull(a.numbers()).dampedMass()))
          .limit(OperatorMeters.TOP_TENANTS)
          .forEach(verdict -> masses.put(
              verdict.name(), Objects.requireNonNull(verdict.numbers()).dampedMass()));
      meters.masses(masses);
    }
    pauses(meters, about);
    meters.foreignMover(foreign);
    if (sequence > 0) {
      meters.auditSequence(sequence);
    }
  }

  /** What is known of a collection that cannot be evaluated: its pauses, and not what others do in it. */
  static void unusable(OperatorMeters.CollectionMeters meters, CollectionCase about) {
    pauses(meters, about);
    meters.foreignMoverUnknown();
  }

  private static void pauses(OperatorMeters.CollectionMeters meters, CollectionCase about) {
    meters.pauses(about.runningPauses().stream()
        .collect(Collectors.groupingBy(
            pause -> String.valueOf(pause.owner()), TreeMap::new, Collectors.counting())));
  }
}
