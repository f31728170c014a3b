package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import java.util.List;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@NullUnmarked
class PlannedTenantTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "tenant: acme                                           | acme",
        "tenant: '7'                                            | 7",
        "tenantInteger: 7                                       | 7",
        "tenantInteger: 7, plan: {inputs: {verify: CONTENT}}    | 7",
        "tenantInteger: 7, plan: {inputs: {tenantIndex: keyword}} | tierkeeper/number/7",
        "tenant: '7', plan: {inputs: {tenantIndex: integer}}    | tierkeeper/keyword/7",
        "tenant: acme, plan: {inputs: {tenantIndex: integer}}   | acme",
        "tenant: '7', plan: {inputs: {tenantIndex: geo}}        | 7",
      })
  void theTextOfATierMovesTenantNeedsNoLookAtQdrant(String spec, String text) {
    assertThat(PlannedTenant.text(read(spec))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"tenant: acme, tenantInteger: 7", "tenant: ''", "approved: true"})
  void aTierMoveNamesOneTenant(String spec) {
    assertThat(PlannedTenant.of(read(spec))).isEmpty();
    assertThat(PlannedTenant.text(read(spec))).isEqualTo("unknown");
  }

  @ParameterizedTest
  @CsvSource({
    "acme, kb-acme",
    "ACME Corp., kb-acme-corp-[0-9a-f]{8}",
    "***, kb-x-[0-9a-f]{8}",
    "7, kb-7",
    "tierkeeper/number/7, kb-tierkeeper-number-7-[0-9a-f]{8}"
  })
  void theNameOfATenantTierIsMadeFromTheText(String text, String name) {
    assertThat(TierNames.tenantTier("kb", text)).matches(name);
  }

  @Test
  void tenantsThatDifferHaveTenantTiersOfDifferentNames() {
    String longId = "0123456789".repeat(30);
    List<String> tenants = List.of(
        "株式会社青木",
        "Компания",
        "شركة",
        "acme.com",
        "acme-com",
        "ACME com",
        longId + "a",
        longId + "b");
    assertThat(tenants.stream().map(tenant -> TierNames.tenantTier("kb", tenant)))
        .doesNotHaveDuplicates()
        .contains("kb-acme-com")
        .allMatch(name -> name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?") && name.length() <= 253);
    assertThat(TierNames.tenantTier("c".repeat(250), "acme").length()).isLessThanOrEqualTo(253);
    assertThat(TierNames.tenantTier("c".repeat(250), "acme"))
        .isNotEqualTo(TierNames.tenantTier("c".repeat(251), "acme"));
  }

  private static TierMoveSpec read(String fields) {
    return Serialization.unmarshal("spec: {" + fields + "}", TierMove.class).getSpec();
  }
}
