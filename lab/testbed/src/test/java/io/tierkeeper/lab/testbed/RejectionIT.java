package io.tierkeeper.lab.testbed;

/** The table on a real API server. */
class RejectionIT extends RejectionContract {
  @Override
  KubernetesBackend backend() {
    return RealApi.required();
  }
}
