package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;

/** The API inside this JVM. */
final class EmbeddedBackend implements KubernetesBackend {
  private final EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
  private final KubernetesClient client = kubernetes.client();

  @Override
  public String description() {
    return "the embedded API";
  }

  @Override
  public boolean real() {
    return false;
  }

  @Override
  public boolean collectsGarbage() {
    return true;
  }

  @Override
  public KubernetesClient client() {
    return client;
  }

  @Override
  public String kubeconfig() {
    return kubernetes.kubeconfig();
  }

  @Override
  public void close() {
    kubernetes.close();
  }
}
