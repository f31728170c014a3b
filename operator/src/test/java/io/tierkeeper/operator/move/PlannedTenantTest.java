package io.tierkeeper.operator.move;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveSpec;
import org.jspecify.annotations.NullUnmarked;
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
    "ACME Corp., kb-acme-corp",
    "***, kb-x",
    "7, kb-7",
    "tierkeeper/number/7, kb-tierkeeper-number-7"
  })
  void theNameOfATenantTierIsMadeFromTheText(String text, String name) {
    assertThat(TierNames.tenantTier("kb", text)).isEqualTo(name);
  }

  private static TierMoveSpec read(String fields) {
    return Serialization.unmarshal("spec: {" + fields + "}", TierMove.class).getSpec();
  }
}
