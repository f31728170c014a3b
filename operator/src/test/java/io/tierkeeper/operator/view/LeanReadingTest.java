package io.tierkeeper.operator.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TenantTierStatus;
import io.tierkeeper.api.v1alpha1.TierMove;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

/** What a cache keeps of ten thousand TenantTiers. */
@NullUnmarked
class LeanReadingTest {

  private static final String METADATA = """
      "name": "%s", "namespace": "default", "uid": "uid-%s", "labels": {"team": "search"},
      "annotations": {"tierkeeper.io/requestedAt": "now", "kubectl.kubernetes.io/last-applied-configuration": "{}"},
      "managedFields": [{"manager": "kubectl", "operation": "Apply", "fieldsV1": {"f:spec": {"f:approved": {}}}}]
      """;

  @Test
  void aTenantTierIsReadWithoutWhatTheOperatorNeverLooksAt() {
    TenantTier tier = read(TenantTier.class, "kb-acme", "\"tenant\": \"acme\"", "");
    assertThat(tier.getMetadata().getManagedFields()).isEmpty();
    assertThat(tier.getMetadata().getAnnotations()).containsOnlyKeys("tierkeeper.io/requestedAt");
    assertThat(tier.getMetadata().getLabels()).containsEntry("team", "search");
    assertThat(tier.getMetadata().getUid()).isEqualTo("uid-kb-acme");
    assertThat(tier.getSpec().tenant()).isEqualTo("acme");
  }

  /** The manager of a field is who approved a move where nothing else names one. */
  @Test
  void aTierMoveIsReadAsAWhole() {
    TierMove move = read(TierMove.class, "kb-acme-promote-0000", "\"tenant\": \"acme\"", "");
    assertThat(move.getMetadata().getManagedFields()).hasSize(1);
    assertThat(move.getMetadata().getAnnotations()).hasSize(2);
  }

  @Test
  void aThousandTenantTiersShareEqualTextsAndGates() {
    Set<Object> texts = Collections.newSetFromMap(new IdentityHashMap<>());
    Set<Object> gates = Collections.newSetFromMap(new IdentityHashMap<>());
    for (int i = 0; i < 1_000; i++) {
      TenantTier tier = read(TenantTier.class, "kb-" + i, "\"tenant\": \"tenant-" + i + "\"", """
          "tier": "Fallback", "points": 1, "dampedMass": "0.000100",
          "gates": [{"name": "CoolDown", "current": "none", "required": "6h", "met": true},
                    {"name": "Limit", "current": "0", "required": "< 32", "met": true}]
          """);
      TenantTierStatus status = tier.getStatus();
      gates.addAll(status.gates());
      Stream.of(
              tier.getMetadata().getNamespace(),
              tier.getMetadata().getLabels().get("team"),
              status.tier(),
              status.dampedMass())
          .forEach(texts::add);
    }
    // Values that fall into one slot replace each other.
    assertThat(gates).hasSizeLessThan(20);
    assertThat(texts).hasSizeLessThan(100);
  }

  private static <T extends HasMetadata> T read(
      Class<T> kind, String name, String spec, String status) {
    return TolerantReading.serialization()
        .unmarshal(
            "{\"metadata\": {" + METADATA.formatted(name, name) + "}, \"spec\": {" + spec
                + "}, \"status\": {" + status + "}}",
            kind);
  }
}
