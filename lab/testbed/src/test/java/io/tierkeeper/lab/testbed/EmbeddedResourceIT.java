package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/** On the embedded API. */
class EmbeddedResourceIT extends ResourceContract {
  private static final int MEMORY = 1_000;

  @Override
  KubernetesBackend backend() {
    return KubernetesBackends.embedded();
  }

  @Override
  void forgetTheFirstVersion() {
    for (int i = 0; i <= MEMORY; i++) {
      client
          .genericKubernetesResources("tierkeeper.io/v1alpha1", "TenantTier")
          .inNamespace(namespace)
          .withName("t")
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"weight\":\"" + (1 + i % 2) + "\"}}");
    }
  }
}
