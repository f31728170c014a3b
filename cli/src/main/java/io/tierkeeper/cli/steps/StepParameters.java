package io.tierkeeper.cli.steps;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.mapping.InvalidValueException;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.governance.Objective;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.simulation.steps.StepComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of a run, read as those of a TierPolicy, so that names, ranges and defaults are the same.
 *
 * @param changes what was set to another value than the default, each as {@code name value (default value)}
 */
record StepParameters(StepComparison.Setting setting, List<String> changes) {
  private static final String ABOVE = "promote.aboveShare";
  private static final String BELOW = "demote.belowShare";
  private static final String WINDOW = "damping.window";
  private static final int MAX_WINDOW = 1_000;

  /** Fields of a policy and, where it has one, the symbol of the note. */
  private static final Map<String, String> SYMBOLS = symbols();

  private static Map<String, String> symbols() {
    Map<String, String> symbols = new LinkedHashMap<>();
    symbols.put("damping.varianceWeight", "lambda");
    symbols.put("damping.penaltyWeight", "beta");
    symbols.put("damping.coherenceWeight", "kappa_c");
    symbols.put("damping.trackingWeight", "kappa_s");
    symbols.put(WINDOW, "window");
    for (String tier : List.of("fallback", "dedicated", "promoting", "demoting")) {
      symbols.put("damping.penalties." + tier, "penalty." + tier);
    }
    symbols.put(ABOVE, "");
    symbols.put(BELOW, "");
    return symbols;
  }

  /**
   * Reads {@code --set}.
   *
   * @throws UsageException naming the option, the value and what is allowed
   */
  static StepParameters of(List<String> set, @Nullable Objective objective) {
    Map<String, String> given = new LinkedHashMap<>();
    ObjectNode spec = JsonNodeFactory.instance.objectNode();
    for (String each : set) {
      String[] parts = each.split("=", 2);
      String field = SYMBOLS.entrySet().stream()
          .filter(known -> known.getKey().equals(parts[0]) || known.getValue().equals(parts[0]))
          .map(Map.Entry::getKey)
          .findFirst()
          .orElse("");
      if (field.isEmpty() || parts[0].isEmpty()) {
        throw new UsageException("--set " + each + ": unknown name; allowed: " + allowed());
      }
      if (parts.length < 2 || parts[1].isEmpty()) {
        throw new UsageException(
            "--set " + each + ": has no value; allowed: " + parts[0] + "=VALUE");
      }
      if (given.put(field, each) != null) {
        throw new UsageException("--set " + each + ": " + field + " is set twice");
      }
      put(spec, field, each, parts[1]);
    }
    if (objective != null) {
      spec.withObjectProperty("damping")
          .put("objective", objective == Objective.LITERAL ? "Literal" : "Coupled");
    }
    Policy policy = read(spec, given);
    StepComparison.Setting setting = new StepComparison.Setting(
        policy.parameters(),
        policy.decisions().promote().share().orElseThrow(),
        policy.decisions().demote().share().orElseThrow(),
        given.containsKey(ABOVE) || given.containsKey(BELOW));
    return new StepParameters(setting, changes(given, policy, objective));
  }

  private static String allowed() {
    return SYMBOLS.entrySet().stream()
        .map(known ->
            known.getKey() + (known.getValue().isEmpty() ? "" : " (" + known.getValue() + ")"))
        .collect(Collectors.joining(", "));
  }

  private static void put(ObjectNode spec, String field, String given, String value) {
    int dot = field.lastIndexOf('.');
    ObjectNode parent = spec;
    for (String part : field.substring(0, dot).split("\\.", -1)) {
      parent = parent.withObjectProperty(part);
    }
    String name = field.substring(dot + 1);
    if (!field.equals(WINDOW)) {
      parent.put(name, value);
    } else if (value.matches("[0-9]{1,4}") && Integer.parseInt(value) <= MAX_WINDOW) {
      parent.put(name, Integer.parseInt(value));
    } else {
      // The schema, which only a cluster evaluates, has this limit.
      throw new UsageException(
          "--set " + given + ": allowed: a whole number from 0 to " + MAX_WINDOW);
    }
  }

  private static Policy read(ObjectNode spec, Map<String, String> given) {
    ObjectNode policy = JsonNodeFactory.instance.objectNode();
    policy.putObject("metadata").put("name", "set");
    policy.set("spec", spec);
    try {
      return Policy.read(Serialization.jsonMapper().treeToValue(policy, TierPolicy.class));
    } catch (InvalidValueException e) {
      String field = e.field().replaceFirst("^spec\\.", "");
      String set = given.get(field);
      if (set != null) {
        throw new UsageException("--set " + set + ": allowed: " + e.allowed());
      }
      // The field has its default, which does not go with what was set.
      throw new UsageException("--set " + String.join(" --set ", given.values()) + ": " + field
          + " is " + e.value() + "; allowed: " + e.allowed());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names and kinds of the fields are those of a TierPolicy", e);
    }
  }

  private static List<String> changes(
      Map<String, String> given, Policy policy, @Nullable Objective objective) {
    JsonNode spec = Serialization.jsonMapper().valueToTree(policy.spec());
    JsonNode defaults = Serialization.jsonMapper().valueToTree(Policy.defaults().spec());
    List<String> fields = new ArrayList<>(given.keySet());
    if (objective != null) {
      fields.add("damping.objective");
    }
    List<String> changes = new ArrayList<>();
    for (String field : fields) {
      String pointer = "/" + field.replace('.', '/');
      String value = spec.at(pointer).asText();
      String usual = defaults.at(pointer).asText();
      if (!value.equals(usual)) {
        changes.add(field + " " + value + " (default " + usual + ")");
      }
    }
    return changes;
  }
}
