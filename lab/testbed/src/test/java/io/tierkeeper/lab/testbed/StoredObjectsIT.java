package io.tierkeeper.lab.testbed;

/** On a real API server. */
class StoredObjectsIT extends StoredObjectsContract {
  @Override
  KubernetesBackend backend() {
    return RealApi.required();
  }
}
