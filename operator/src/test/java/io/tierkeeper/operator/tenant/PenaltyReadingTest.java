package io.tierkeeper.operator.tenant;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.evaluation.policy.Policy;
import io.tierkeeper.evaluation.policy.TenantIntents;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.TenantId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class PenaltyReadingTest {

  private static final Policy RULES = Policy.read(yaml(TierPolicy.class, """
      metadata: {name: standard}
      spec:
        damping:
          penaltyTerms:
            - name: privacy-class
              from: {label: example.com/privacy-class}
              tiers: [Fallback]
              classes: [{name: restricted, penalty: "0.3"}]
            - name: latency-budget
              from: {configMap: {name: values, key: latency-ms}}
              tiers: [Fallback]
              ramp: {zeroAt: "200", fullAt: "20", full: "0.3"}
              otherwise: "0.05"
      """));

  @Test
  void readsLabelsOfTenantTiersAndEntriesOfConfigMaps() {
    PenaltyReading reading = read("acme: 40\n\"42\": 0.10\n'a \"b\" é/': 1e3\nempty:\n");

    assertThat(reading.faults()).isEmpty();
    assertThat(reading.values().of("acme"))
        .isEqualTo(Map.of("privacy-class", "restricted", "latency-budget", "40"));
    // As it is written, not as YAML takes it.
    assertThat(reading.values().of("42")).isEqualTo(Map.of("latency-budget", "0.10"));
    assertThat(reading.values().of("a \"b\" é/")).isEqualTo(Map.of("latency-budget", "1e3"));
    assertThat(reading.values().of("empty")).isEmpty();
    assertThat(reading.values().of("nobody")).isEmpty();
  }

  @Test
  void goesOnWithoutAConfigMapAndSaysWhatToDo() {
    PenaltyReading reading = read(name -> Optional.empty());

    assertThat(reading.values().of("acme")).isEqualTo(Map.of("privacy-class", "restricted"));
    assertThat(reading.faults())
        .containsExactly(
            "Penalty term latency-budget of TierPolicy standard: ConfigMap values does not exist in"
                + " the namespace; create it. Until it is corrected, the term's otherwise value 0.05 applies to every tenant.");
  }

  @Test
  void goesOnWhereTheApiRefuses() {
    PenaltyReading reading = read(name -> {
      throw new KubernetesClientException("configmaps is forbidden");
    });

    assertThat(reading.faults())
        .singleElement()
        .asString()
        .contains("ConfigMap values cannot be read: configmaps is forbidden");
  }

  @Test
  void namesWhatCannotBeReadByItsLine() {
    assertThat(read((String) null).faults())
        .singleElement()
        .asString()
        .contains("ConfigMap values has no data latency-ms; add it");
    assertThat(read("[1, 2]").faults())
        .singleElement()
        .asString()
        .contains("must be a mapping, one line for each tenant: 'tenant: value'");
    assertThat(read("a: [b").faults()).singleElement().asString().contains("is not valid YAML");
    PenaltyReading mixed = read("acme: 40\nbeta: {ms: 3}\ngamma: 1\nacme: 50\n");
    assertThat(mixed.faults())
        .singleElement()
        .asString()
        .contains(
            "line 2 is not 'tenant: value'; line 4 repeats tenant acme; neither value applies");
    assertThat(mixed.values().of("acme")).doesNotContainKey("latency-budget");
    assertThat(mixed.values().of("gamma")).containsEntry("latency-budget", "1");
    assertThat(read("").faults()).isEmpty();
  }

  @Test
  void cutsWhatIsTooLongToBeAValue() {
    String value = read("acme: " + "9".repeat(5000)).values().of("acme").get("latency-budget");

    assertThat(value).hasSize(64).endsWith("…");
    assertThat(RULES.parameters().terms().get(1).scale().penalty(value)).isEmpty();
  }

  @Test
  void letsNoValueMisleadATerminal() {
    PenaltyReading reading = read("acme: \"a\\u001b[2Jb\\u202ec\\nd\"\n");

    assertThat(reading.values().of("acme")).containsEntry("latency-budget", "a?[2Jb?c?d");
  }

  private static PenaltyReading read(String text) {
    return read(name -> Optional.of(new ConfigMapBuilder()
        .withData(text == null ? Map.of("other", "x") : Map.of("latency-ms", text))
        .build()));
  }

  private static PenaltyReading read(Function<String, Optional<ConfigMap>> configMaps) {
    TenantTier tier = yaml(TenantTier.class, """
        metadata: {name: kb-acme, labels: {example.com/privacy-class: restricted, other: x}}
        spec: {collectionRef: {name: kb}, tenant: acme}
        """);
    return PenaltyReading.of(
        RULES,
        TenantIntents.of(List.of(tier), RULES, ShardKey.of("default")),
        TenantId.Kind.KEYWORD,
        configMaps);
  }

  private static <T> T yaml(Class<T> type, String text) {
    return Serialization.unmarshal(text, type);
  }
}
