package io.tierkeeper.evaluation.policy;

import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.Formats;
import io.tierkeeper.api.v1alpha1.PenaltyTermSpec;
import io.tierkeeper.governance.PenaltyScale;
import io.tierkeeper.governance.PenaltyTerm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the penalty terms of a TierPolicy. */
final class PenaltyTermFields {

  private PenaltyTermFields() {}

  /**
   * The terms in the policy's order.
   *
   * @throws InvalidValueException naming the field of a value that cannot be used
   */
  static List<PenaltyTerm> terms(@Nullable List<PenaltyTermSpec> given) {
    List<PenaltyTerm> terms = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (PenaltyTermSpec spec : Objects.requireNonNullElse(given, List.<PenaltyTermSpec>of())) {
      String field = "spec.damping.penaltyTerms[" + terms.size() + "]";
      PenaltyTerm term = term(field, spec);
      if (!names.add(term.name())) {
        throw new InvalidValueException(field + ".name", term.name(), "each name once");
      }
      terms.add(term);
    }
    return List.copyOf(terms);
  }

  private static PenaltyTerm term(String field, PenaltyTermSpec spec) {
    String name = text(field + ".name", spec.name(), Formats.LABEL, "a lower-case name");
    source(field + ".from", spec.from());
    List<PenaltyTermSpec.Tier> tiers = spec.tiers();
    if (tiers == null || tiers.isEmpty()) {
      throw new InvalidValueException(
          field + ".tiers", "missing", "Fallback, Dedicated, or both of them");
    }
    return new PenaltyTerm(
        name,
        tiers.contains(PenaltyTermSpec.Tier.Fallback),
        tiers.contains(PenaltyTermSpec.Tier.Dedicated),
        scale(field, spec),
        decimal(field + ".otherwise", spec.otherwise()));
  }

  private static void source(String field, PenaltyTermSpec.@Nullable Source from) {
    if (from == null || (from.label() == null) == (from.configMap() == null)) {
      throw new InvalidValueException(
          field,
          from == null || from.label() == null ? "missing" : "label and configMap",
          "exactly one of label and configMap");
    }
    PenaltyTermSpec.ConfigMapKey map = from.configMap();
    if (map == null) {
      text(field + ".label", from.label(), Formats.LABEL_KEY, "the key of a label");
    } else {
      text(field + ".configMap.name", map.name(), Formats.NAME, "the name of a ConfigMap");
      text(field + ".configMap.key", map.key(), Formats.DATA_KEY, "a key in its data");
    }
  }

  private static PenaltyScale scale(String field, PenaltyTermSpec spec) {
    PenaltyTermSpec.Ramp ramp = spec.ramp();
    List<PenaltyTermSpec.PenaltyClass> classes = spec.classes();
    if ((ramp == null) == (classes == null)) {
      throw new InvalidValueException(
          field, ramp == null ? "neither" : "both", "exactly one of ramp and classes");
    }
    return ramp == null
        ? classes(field + ".classes", Objects.requireNonNull(classes))
        : ramp(field + ".ramp", ramp);
  }

  private static PenaltyScale ramp(String field, PenaltyTermSpec.Ramp ramp) {
    double zeroAt = decimal(field + ".zeroAt", ramp.zeroAt());
    double fullAt = decimal(field + ".fullAt", ramp.fullAt());
    if (zeroAt == fullAt) {
      throw new InvalidValueException(
          field + ".fullAt",
          "'" + ramp.fullAt() + "'",
          "another number than zeroAt, which is " + ramp.zeroAt());
    }
    return new PenaltyScale.Ramp(zeroAt, fullAt, decimal(field + ".full", ramp.full()));
  }

  private static PenaltyScale classes(String field, List<PenaltyTermSpec.PenaltyClass> classes) {
    Map<String, Double> penalties = new LinkedHashMap<>();
    for (int i = 0; i < classes.size(); i++) {
      PenaltyTermSpec.@Nullable PenaltyClass one = classes.get(i);
      String at = field + "[" + i + "]";
      if (one == null) {
        throw new InvalidValueException(at, "missing", "a class with name and penalty");
      }
      String name =
          text(at + ".name", one.name(), Formats.LABEL_VALUE, "a word as a label may have it");
      if (penalties.put(name, decimal(at + ".penalty", one.penalty())) != null) {
        throw new InvalidValueException(at + ".name", name, "each class once");
      }
    }
    if (penalties.isEmpty()) {
      throw new InvalidValueException(field, "empty", "at least one class");
    }
    return new PenaltyScale.Classes(penalties);
  }

  private static String text(String field, @Nullable String given, String pattern, String what) {
    if (given == null || !given.matches(pattern)) {
      throw new InvalidValueException(
          field, given == null ? "missing" : "'" + given + "'", what + ", matching " + pattern);
    }
    return given;
  }

  private static double decimal(String field, @Nullable String given) {
    if (given == null) {
      throw new InvalidValueException(field, "missing", "a decimal from 0 to 999999");
    }
    return DecisionFields.weight(field, given);
  }
}
