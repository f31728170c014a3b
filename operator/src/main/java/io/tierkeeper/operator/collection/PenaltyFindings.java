package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.api.model.Condition;
import io.tierkeeper.api.v1alpha1.ConditionTypes;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.Evaluation;
import io.tierkeeper.governance.PenaltyTerm;
import io.tierkeeper.governance.RegimeEvaluation;
import io.tierkeeper.governance.TermPenalty;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.status.Conditions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is wrong with the values of penalty terms, in words: which tenant, which term, which value, what is allowed. */
final class PenaltyFindings {

  private static final int MAX_TENANTS_LISTED = 3;

  private PenaltyFindings() {}

  /** For a tenant; empty where every value can be used. */
  static Optional<Finding> of(@Nullable RegimeEvaluation numbers, Policy rules) {
    return numbers == null || numbers.penalty().usable()
        ? Optional.empty()
        : Optional.of(new Finding(Reasons.PENALTY_VALUE_UNKNOWN, sentence(numbers, rules)));
  }

  /**
   * For a collection: its sources first, then the tenants in their order.
   *
   * @param faults of the sources
   */
  static Optional<Finding> of(List<String> faults, @Nullable Evaluation evaluation, Policy rules) {
    List<RegimeEvaluation> wrong = evaluation == null
            || rules.parameters().terms().isEmpty()
        ? List.of()
        : evaluation.regimes().stream().filter(row -> !row.penalty().usable()).toList();
    List<String> sentences = new ArrayList<>(faults);
    wrong.stream()
        .limit(MAX_TENANTS_LISTED)
        .forEach(row -> sentences.add("Tenant " + row.tenant() + ": " + sentence(row, rules)));
    if (wrong.size() > MAX_TENANTS_LISTED) {
      sentences.add("And " + (wrong.size() - MAX_TENANTS_LISTED) + " more tenants.");
    }
    return sentences.isEmpty()
        ? Optional.empty()
        : Optional.of(new Finding(
            faults.isEmpty() ? Reasons.PENALTY_VALUE_UNKNOWN : Reasons.PENALTY_SOURCE_UNUSABLE,
            String.join(" ", sentences)));
  }

  /** Sets the condition that is there only while something is wrong. */
  static void report(Optional<Finding> finding, Conditions conditions) {
    finding.ifPresent(it ->
        conditions.set(ConditionTypes.PENALTY_VALUES_USABLE, false, it.reason(), it.message()));
  }

  /** What is wrong and was not yet said before. */
  static Optional<Condition> news(
      @Nullable List<Condition> before, @Nullable List<Condition> after) {
    Optional<Condition> now = find(after);
    return now.isPresent()
            && find(before)
                .filter(last -> last.getMessage().equals(now.get().getMessage()))
                .isPresent()
        ? Optional.empty()
        : now;
  }

  private static Optional<Condition> find(@Nullable List<Condition> conditions) {
    return conditions == null
        ? Optional.empty()
        : conditions.stream()
            .filter(condition -> condition.getType().equals(ConditionTypes.PENALTY_VALUES_USABLE))
            .findFirst();
  }

  private static String sentence(RegimeEvaluation numbers, Policy rules) {
    return numbers.penalty().terms().stream()
        .filter(term -> !term.usable())
        .map(term -> sentence(term, rules))
        .collect(Collectors.joining(" "));
  }

  private static String sentence(TermPenalty found, Policy rules) {
    String name = "penalty term " + found.name() + " of TierPolicy " + rules.name()
        + " has no value for '" + found.value() + "'";
    return rules.parameters().terms().stream()
        .filter(term -> term.name().equals(found.name()))
        .findFirst()
        .map(PenaltyTerm::scale)
        .map(scale ->
            name + "; allowed: " + scale.allowed() + ". The term's otherwise value applies.")
        .orElse(name + ".");
  }
}
