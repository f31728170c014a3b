package io.tierkeeper.operator.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.operator.status.Conditions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is reported of fields that this version does not act upon. */
class UnsupportedFieldsTest {

  @Test
  void namesEachFieldOfACollectionThatIsNotActedUpon() {
    List<Condition> conditions = ofCollection("""
        spec:
          collection: knowledge_base
          deletionPolicy: Demote
        """);
    assertThat(conditions).hasSize(1);
    assertThat(conditions.get(0).getType()).isEqualTo("SpecSupported");
    assertThat(conditions.get(0).getStatus()).isEqualTo("False");
    assertThat(conditions.get(0).getReason()).isEqualTo("NotSupported");
    assertThat(conditions.get(0).getMessage()).contains("spec.deletionPolicy: Demote");
  }

  @Test
  void saysNothingOfACollectionWithoutSuchFields() {
    assertThat(ofCollection("spec: {collection: knowledge_base, deletionPolicy: Retain}"))
        .isEmpty();
  }

  @Test
  void namesTheDeletionPolicyOfATenantTier() {
    TenantTier tier =
        Serialization.unmarshal("spec: {tenant: acme, deletionPolicy: Demote}", TenantTier.class);
    Conditions conditions = new Conditions(null, 1, Instant.EPOCH);
    UnsupportedFields.report(tier.getSpec(), conditions);
    assertThat(conditions.list())
        .extracting(Condition::getMessage)
        .singleElement()
        .asString()
        .contains("tier: Fallback");
  }

  private static List<Condition> ofCollection(String yaml) {
    TieredCollection collection = Serialization.unmarshal(yaml, TieredCollection.class);
    Conditions conditions = new Conditions(null, 1, Instant.EPOCH);
    UnsupportedFields.report(collection.getSpec(), conditions);
    return conditions.list();
  }
}
