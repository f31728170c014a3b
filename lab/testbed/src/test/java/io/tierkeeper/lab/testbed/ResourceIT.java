package io.tierkeeper.lab.testbed;

/** On a real API server. */
class ResourceIT extends ResourceContract {
  @Override
  KubernetesBackend backend() {
    return RealApi.required();
  }
}
