package io.tierkeeper.testbed;

/** On the embedded API. */
class EmbeddedResourceIT extends ResourceContract {
  @Override
  KubernetesBackend backend() {
    return KubernetesBackends.embedded();
  }
}
