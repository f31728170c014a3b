package io.tierkeeper.lab.testbed;

/** On the embedded API. */
class EmbeddedStoredObjectsIT extends StoredObjectsContract {
  @Override
  KubernetesBackend backend() {
    return KubernetesBackends.embedded();
  }
}
