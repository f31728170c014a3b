package io.tierkeeper.lab.testbed;

/** The same table on the embedded API. */
class EmbeddedRejectionIT extends RejectionContract {
  @Override
  KubernetesBackend backend() {
    return KubernetesBackends.embedded();
  }
}
