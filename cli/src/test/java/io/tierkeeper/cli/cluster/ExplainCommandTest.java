package io.tierkeeper.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ExplainCommandTest {

  @Test
  void tellsInOneLineWhatThePenaltyIsMadeOf() {
    String output = explain("""
        status:
          tier: Fallback
          points: 540
          gates:
            - {name: Samples, current: "3", required: ">= 3", met: true}
            - {name: Penalty, current: "0.40 = 0.10 tier + 0.30 privacy-class (restricted)", required: any, met: true}
        """);

    assertThat(output)
        .contains("\n  penalty 0.40 = 0.10 tier + 0.30 privacy-class (restricted)\n")
        .containsPattern("Samples +3 +>= 3 +yes")
        .doesNotContain("Penalty");
  }

  @Test
  void saysWhichValueOfAPenaltyTermCannotBeUsed() {
    assertThat(explain("""
            status:
              tier: Fallback
              conditions:
                - {type: Ready, status: "True", reason: Ready, message: All is well.}
                - {type: PenaltyValuesUsable, status: "False", reason: PenaltyValueUnknown, message: It does not know 'secret'.}
            """))
        .contains("\n  It does not know 'secret'.\n")
        .doesNotContain("All is well.");
  }

  @Test
  void saysNothingOfPenaltiesWhereThePolicyHasNoTerms() {
    assertThat(explain("status: {tier: Fallback, points: 3}\n")).doesNotContain("penalty");
  }

  @Test
  void tellsAnIntegerFromTheSameDigitsAsText() {
    assertThat(explainSpec("tenantInteger: 7", "status: {tier: Fallback, points: 3}\n"))
        .startsWith("Tenant 7 (integer) of collection kb is in tier Fallback");
    assertThat(explainSpec("tenant: '7'", "status: {tier: Fallback, points: 3}\n"))
        .startsWith("Tenant 7 of collection kb is in tier Fallback");
  }

  private static String explain(String status) {
    return explainSpec("tenant: acme", status);
  }

  private static String explainSpec(String tenant, String status) {
    StringWriter out = new StringWriter();
    ExplainCommand.print(
        new PrintWriter(out, true),
        Serialization.unmarshal(
            "metadata: {name: kb-acme}\nspec: {collectionRef: {name: kb}, " + tenant + "}\n"
                + status,
            TenantTier.class));
    return out.toString().replace(System.lineSeparator(), "\n");
  }
}
