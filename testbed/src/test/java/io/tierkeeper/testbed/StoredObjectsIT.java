package io.tierkeeper.testbed;

/** On a real API server. */
class StoredObjectsIT extends StoredObjectsContract {
  @Override
  KubernetesBackend backend() {
    return RealApi.required();
  }
}
