package io.tierkeeper.operator.tenant;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.PenaltyTermSpec;
import io.tierkeeper.evaluation.PenaltyValues;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.qdrant.TenantId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What the policy's own penalty terms found in labels and ConfigMaps. What cannot be read is left out and reported: nothing
 * keeps a collection from being measured.
 *
 * @param values of the tenants
 * @param faults of the sources, a sentence each that says what to do; what is wrong with a single tenant's value shows in
 *     its evaluation
 */
public record PenaltyReading(PenaltyValues values, List<String> faults) {

  /** No value that a term knows is longer; of one that is, so many characters are reported. */
  private static final int LONGEST_VALUE = 63;

  private static final int MAX_ENTRIES_LISTED = 3;

  /** Control and format characters, line separators, halves of characters. */
  private static final Pattern UNSEEN = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

  /**
   * Reads them.
   *
   * @param tiers whose labels count
   * @param tenantIndex kind of the index on the tenant field
   * @param configMaps by name, in the policy's namespace; empty where there is none
   */
  public static PenaltyReading of(
      Policy rules,
      TenantIntents tiers,
      TenantId.Kind tenantIndex,
      Function<String, Optional<ConfigMap>> configMaps) {
    List<PenaltyTermSpec> terms = Objects.requireNonNullElse(
        Objects.requireNonNull(rules.spec().damping()).penaltyTerms(), List.of());
    if (terms.isEmpty()) {
      return new PenaltyReading(PenaltyValues.NONE, List.of());
    }
    Reader reader = new Reader(rules, configMaps);
    Map<String, Map<String, String>> byTerm = new HashMap<>();
    for (PenaltyTermSpec term : terms) {
      PenaltyTermSpec.Source from = Objects.requireNonNull(term.from());
      String label = from.label();
      byTerm.put(
          Objects.requireNonNull(term.name()),
          label == null ? reader.configMap(term) : labels(label, tiers, tenantIndex));
    }
    return new PenaltyReading(new PenaltyValues(byTerm), List.copyOf(reader.faults));
  }

  private static Map<String, String> labels(
      String key, TenantIntents tiers, TenantId.Kind tenantIndex) {
    Map<String, String> values = new HashMap<>();
    tiers.valid().forEach((tenant, valid) -> {
      Map<String, String> labels = valid.resource().getMetadata().getLabels();
      String value = labels == null ? null : labels.get(key);
      if (value != null && !value.isEmpty()) {
        values.put(tenant.text(tenantIndex), value);
      }
    });
    return values;
  }

  /** Reads each ConfigMap once. */
  private static final class Reader {
    private final Policy rules;
    private final Function<String, Optional<ConfigMap>> configMaps;
    private final Map<String, Optional<ConfigMap>> read = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    Reader(Policy rules, Function<String, Optional<ConfigMap>> configMaps) {
      this.rules = rules;
      this.configMaps = configMaps;
    }

    Map<String, String> configMap(PenaltyTermSpec term) {
      PenaltyTermSpec.ConfigMapKey from =
          Objects.requireNonNull(Objects.requireNonNull(term.from()).configMap());
      String name = Objects.requireNonNull(from.name());
      String key = Objects.requireNonNull(from.key());
      Optional<ConfigMap> map;
      try {
        map = read.computeIfAbsent(name, configMaps);
      } catch (KubernetesClientException e) {
        return fault(term, "ConfigMap " + name + " cannot be read: " + e.getMessage());
      }
      if (map.isEmpty()) {
        return fault(term, "ConfigMap " + name + " does not exist in the namespace; create it");
      }
      Map<String, String> data = map.get().getData();
      String text = data == null ? null : data.get(key);
      if (text == null) {
        return fault(term, "ConfigMap " + name + " has no data " + key + "; add it");
      }
      return mapping(term, "ConfigMap " + name + ", data " + key, text);
    }

    private Map<String, String> mapping(PenaltyTermSpec term, String where, String text) {
      Node root;
      try {
        root = new Compose(LoadSettings.builder().setLabel(where).build())
            .composeString(text)
            .orElse(null);
      } catch (YamlEngineException e) {
        return fault(term, where + " is not valid YAML: " + firstLine(e.getMessage()));
      }
      if (root == null) {
        return Map.of();
      }
      if (!(root instanceof MappingNode mapping)) {
        return fault(term, where + " must be a mapping, one line for each tenant: 'tenant: value'");
      }
      Map<String, String> values = new HashMap<>();
      List<String> wrong = new ArrayList<>();
      List<String> twice = new ArrayList<>();
      for (NodeTuple entry : mapping.getValue()) {
        if (!(entry.getKeyNode() instanceof ScalarNode tenant)
            || !(entry.getValueNode() instanceof ScalarNode value)) {
          wrong.add(line(entry.getKeyNode()) + " is not 'tenant: value'");
        } else if (values.putIfAbsent(tenant.getValue(), shown(value.getValue())) != null) {
          wrong.add(line(tenant) + " repeats tenant " + shown(tenant.getValue())
              + "; neither value applies");
          twice.add(tenant.getValue());
        }
      }
      twice.forEach(values::remove);
      values.values().removeIf(String::isEmpty);
      if (!wrong.isEmpty()) {
        report(
            term,
            where + ": "
                + String.join("; ", wrong.subList(0, Math.min(wrong.size(), MAX_ENTRIES_LISTED)))
                + (wrong.size() > MAX_ENTRIES_LISTED
                    ? "; and " + (wrong.size() - MAX_ENTRIES_LISTED) + " more"
                    : ""),
            "these tenants");
      }
      return values;
    }

    private Map<String, String> fault(PenaltyTermSpec term, String sentence) {
      report(term, sentence, "every tenant");
      return Map.of();
    }

    private void report(PenaltyTermSpec term, String sentence, String whom) {
      faults.add("Penalty term " + term.name() + " of TierPolicy " + rules.name() + ": " + sentence
          + ". Until it is corrected, the term's otherwise value " + term.otherwise()
          + " applies to "
          + whom + ".");
    }
  }

  /** As it can be shown: what no value that a term knows has in it must not mislead a terminal. */
  private static String shown(String value) {
    String clean = UNSEEN.matcher(value).replaceAll("?");
    return clean.length() > LONGEST_VALUE ? clean.substring(0, LONGEST_VALUE) + "…" : clean;
  }

  private static String line(Node node) {
    return "line " + node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
  }

  private static String firstLine(@Nullable String message) {
    return message == null ? "" : message.lines().findFirst().orElse("");
  }
}
