package io.tierkeeper.lab.kubeapi.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.tierkeeper.api.v1alpha1.Crds;
import io.tierkeeper.lab.kubeapi.model.Json;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every rule of our own definitions compiles here, so that none is left unchecked. */
class CelEnvironmentTest {

  @Test
  void checksEveryRuleOfOurOwnDefinitions() {
    KubernetesSerialization serialization = new KubernetesSerialization();
    Crds.all()
        .forEach(crd -> crd.getSpec().getVersions().forEach(version -> {
          var schema = Json.parse(serialization.asJson(version.getSchema().getOpenAPIV3Schema()));
          assertThat(notChecked(schema)).as(crd.getMetadata().getName()).isEmpty();
        }));
  }

  private static List<String> notChecked(com.fasterxml.jackson.databind.JsonNode schema) {
    List<String> refused = new java.util.ArrayList<>();
    for (var rule : schema.path("x-kubernetes-validations")) {
      for (String field : List.of("rule", "messageExpression")) {
        String text = Json.text(rule, field);
        if (text != null
            && CelEnvironment.compile(text)
                instanceof CelEnvironment.Compiled.Refused(String why)) {
          refused.add(text + ": " + why);
        }
      }
    }
    schema.forEach(child -> refused.addAll(notChecked(child)));
    return refused;
  }
}
