package io.tierkeeper.evaluation.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TierPolicySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every TierPolicy of the examples can be used. */
class ExamplePoliciesTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @Test
  void everyPolicyCanBeUsed() throws IOException {
    assertThat(policies("")).isNotEmpty();
  }

  @Test
  void theQuickstartFitsIntoAMinute() throws IOException {
    Policy policy = policies("quickstart").getFirst();

    assertThat(policy.spec().mode()).isEqualTo(TierPolicySpec.Mode.Approve);
    Duration waits = policy
        .moves()
        .common()
        .retainSource()
        .plus(policy.moves().common().demotion().quietFor())
        .plus(policy.decisions().promote().stabilizationWindow())
        .plus(policy.decisions().demote().stabilizationWindow())
        .plus(policy.decisions().cooldown().afterMove());
    assertThat(waits).isLessThanOrEqualTo(Duration.ofSeconds(10));
  }

  private static List<Policy> policies(String folder) throws IOException {
    KubernetesSerialization yaml = new KubernetesSerialization();
    List<Policy> policies = new ArrayList<>();
    try (var files = Files.walk(EXAMPLES.resolve(folder))) {
      for (Path file :
          files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
        for (String document : Files.readString(file).split("(?m)^---\\s*$")) {
          JsonNode manifest = yaml.unmarshal("---\n" + document, JsonNode.class);
          if (manifest.path("kind").asText().equals("TierPolicy")) {
            policies.add(Policy.read(yaml.convertValue(manifest, TierPolicy.class)));
          }
        }
      }
    }
    return policies;
  }
}
