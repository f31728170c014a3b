package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.evaluation.Anomalies;
import io.tierkeeper.evaluation.EvaluationOutcome;
import io.tierkeeper.evaluation.Measurement;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.status.Conditions;
import io.tierkeeper.qdrant.TenantId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which points cannot be attributed to one tenant, in words: where, how many, what follows, what to change. */
final class PointFindings {

  private static final int MAX_LISTED = 5;
  private static final Pattern NUMBER = Pattern.compile("[0-9]+");

  private PointFindings() {}

  /** The most serious reason, with a sentence for each finding; empty where each point has its tenant. */
  static Optional<Finding> of(EvaluationOutcome outcome, TieredCollectionSpec spec) {
    Measurement measurement = outcome.memory().measurement();
    if (measurement == null) {
      return Optional.empty();
    }
    Anomalies found = measurement.anomalies();
    String field = String.valueOf(spec.tenantKey());
    Function<TenantId, String> name = tenant -> tenant.text(outcome.tenantIndex());
    List<Finding> findings = new ArrayList<>();
    if (!found.foreignKeys().isEmpty()) {
      findings.add(new Finding(
          Reasons.SHARD_KEY_HOLDS_OTHERS,
          "Most points of these shard keys do not belong to the tenant of the key's name: "
              + listed(found.foreignKeys(), Object::toString)
              + ". They are in the total, and no tenant of such a name is moved."));
    }
    if (!found.spellings().isEmpty()) {
      findings.add(new Finding(
          Reasons.TENANT_SPELLING_DIFFERS,
          "Field " + field + " spells tenants otherwise than the uuid index: "
              + listed(found.spellings().entrySet().stream()
                  .map(entry ->
                      name.apply(entry.getKey()) + " as " + String.join(", ", entry.getValue()))
                  .sorted()
                  .toList())
              + ". Shard keys are compared as text: a TenantTier must have the spelling that clients use,"
              + " and all points of the tenant this spelling."));
    }
    if (!found.strayPoints().isEmpty()) {
      findings.add(new Finding(
          Reasons.FOREIGN_POINTS,
          "Dedicated shard keys hold points that do not belong to their tenant: "
              + listed(found.strayPoints(), Object::toString)
              + ". A demotion is refused while they are there; delete them or correct field "
              + field + "."));
    }
    if (!found.shared().isEmpty()) {
      findings.add(new Finding(
          Reasons.SHARED_POINTS,
          "Tenants share points with other tenants: " + listed(found.shared(), name)
              + ". Such a point counts for each of its tenants, and a promotion of these tenants is refused;"
              + " give each point one value in field " + field + "."));
    }
    if (found.withoutTenant() > 0) {
      findings.add(new Finding(
          Reasons.POINTS_WITHOUT_TENANT,
          found.withoutTenant() + " points of fallback " + spec.fallbackShardKey()
              + " have no value in field " + field
              + ". They are in the total and belong to no tenant."));
    }
    if (found.unusableValues() > 0) {
      findings.add(new Finding(
          Reasons.POINTS_WITHOUT_TENANT,
          "About " + found.unusableValues() + " points of fallback " + spec.fallbackShardKey()
              + " have a value in field " + field
              + " that cannot name a shard key (empty, negative, true, false) or that its index does not"
              + " contain. They are in the total and belong to no tenant."));
    }
    return findings.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(
            findings.getFirst().reason(),
            findings.stream().map(Finding::message).collect(Collectors.joining(" "))));
  }

  /** Sets the condition that is there only while there is a finding. */
  static void report(Optional<Finding> finding, Conditions conditions) {
    finding.ifPresent(
        it -> conditions.set(ConditionTypes.POINTS_ASSIGNED, false, it.reason(), it.message()));
  }

  /** What was not reported before; other numbers are no news. */
  static Optional<Condition> news(
      @Nullable List<Condition> before, @Nullable List<Condition> after) {
    Optional<Condition> now = find(still(after));
    return now.equals(find(still(before))) ? Optional.empty() : find(after);
  }

  /** The conditions without the numbers of points, which drift from one evaluation to the next. */
  static @Nullable List<Condition> still(@Nullable List<Condition> conditions) {
    return conditions == null
        ? null
        : conditions.stream()
            .map(condition -> condition.getType().equals(ConditionTypes.POINTS_ASSIGNED)
                ? new ConditionBuilder(condition)
                    .withMessage(NUMBER.matcher(condition.getMessage()).replaceAll("#"))
                    .withLastTransitionTime(null)
                    .withObservedGeneration(null)
                    .build()
                : condition)
            .toList();
  }

  private static Optional<Condition> find(@Nullable List<Condition> conditions) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream()
            .filter(condition -> condition.getType().equals(ConditionTypes.POINTS_ASSIGNED))
            .findFirst();
  }

  private static <K> String listed(Map<K, Long> points, Function<? super K, String> name) {
    return listed(points.entrySet().stream()
        .map(entry -> name.apply(entry.getKey()) + " (" + entry.getValue() + " points)")
        .toList());
  }

  private static String listed(Collection<String> items) {
    return items.stream().limit(MAX_LISTED).collect(Collectors.joining(", "))
        + (items.size() > MAX_LISTED ? " and " + (items.size() - MAX_LISTED) + " more" : "");
  }
}
