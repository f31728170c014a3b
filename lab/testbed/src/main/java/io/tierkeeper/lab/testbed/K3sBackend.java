package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** A whole small cluster in a container. */
final class K3sBackend implements KubernetesBackend {
  private static final String IMAGE = "rancher/k3s:v1.34.3-k3s1";

  private final K3sContainer container;
  private final KubernetesClient client;

  K3sBackend() {
    container = new K3sContainer(DockerImageName.parse(IMAGE));
    container.start();
    client = new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(container.getKubeConfigYaml()))
        .build();
  }

  static boolean possible() {
    return DockerClientFactory.instance().isDockerAvailable();
  }

  @Override
  public String description() {
    return IMAGE + " in a container";
  }

  @Override
  public boolean real() {
    return true;
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
    return container.getKubeConfigYaml();
  }

  @Override
  public void close() {
    client.close();
    container.stop();
  }
}
