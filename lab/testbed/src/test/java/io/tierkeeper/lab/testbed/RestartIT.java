package io.tierkeeper.lab.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.tierkeeper.api.v1alpha1.Crds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Informers, on which the operator depends, across a restart of the API server. */
class RestartIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @Test
  void anInformerHasInTheEndWhatWasWrittenAroundARestart() {
    ApiServer server = RealApi.apiServer();
    server.applyCrds(Crds.all());
    KubernetesClient client = server.client();
    String namespace = server.newNamespace("restart");
    create(client, namespace, "before");
    try (var informer = client
        .genericKubernetesResources("tierkeeper.io/v1alpha1", "TenantTier")
        .inNamespace(namespace)
        .inform()) {
      assertThat(informer.getStore().list()).extracting(RestartIT::name).containsExactly("before");

      server.kill();
      server.restart();
      create(client, namespace, "after");
      client
          .genericKubernetesResources("tierkeeper.io/v1alpha1", "TenantTier")
          .inNamespace(namespace)
          .withName("before")
          .delete();

      await()
          .atMost(LONG)
          .untilAsserted(() -> assertThat(informer.getStore().list())
              .extracting(RestartIT::name)
              .containsExactly("after"));
      assertThat(informer.isRunning()).isTrue();
    }
  }

  private static String name(HasMetadata object) {
    return object.getMetadata().getName();
  }

  private static void create(KubernetesClient client, String namespace, String name) {
    GenericKubernetesResource tenant =
        Manifests.documents("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TenantTier
        metadata: {name: %s}
        spec: {collectionRef: {name: kb}, tenant: %s}
        """.formatted(name, name)).getFirst();
    client.resource(tenant).inNamespace(namespace).create();
  }
}
