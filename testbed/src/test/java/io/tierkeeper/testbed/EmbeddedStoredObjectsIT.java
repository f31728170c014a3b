package io.tierkeeper.testbed;

/** On the embedded API. */
class EmbeddedStoredObjectsIT extends StoredObjectsContract {
  @Override
  KubernetesBackend backend() {
    return KubernetesBackends.embedded();
  }
}
