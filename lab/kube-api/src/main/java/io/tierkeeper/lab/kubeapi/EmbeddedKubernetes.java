package io.tierkeeper.lab.kubeapi;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.lab.kubeapi.http.ApiDispatcher;
import io.tierkeeper.lab.kubeapi.http.HttpFront;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * A Kubernetes API inside this JVM, for the demo and for tests: no cluster, no RBAC, nothing survives its end.
 *
 * <p>It keeps objects, serves CustomResourceDefinitions with their schemas and rules, and speaks to fabric8's client,
 * to operators and to kubectl. What it does not do is listed in this module's DESIGN.md.
 */
public final class EmbeddedKubernetes implements AutoCloseable {
  private static final List<String> NAMESPACES =
      List.of("default", "kube-system", "kube-public", "kube-node-lease");

  private final HttpFront front;
  private final List<KubernetesClient> clients = new CopyOnWriteArrayList<>();

  private EmbeddedKubernetes(HttpFront front) {
    this.front = front;
  }

  /** Starts on a free port of the loopback interface. */
  public static EmbeddedKubernetes start() {
    return start(0);
  }

  /**
   * Starts on the loopback interface.
   *
   * @param port the port, or 0 for a free one
   * @throws IllegalStateException when the port cannot be had
   */
  public static EmbeddedKubernetes start(int port) {
    return start(port, Clock.systemUTC(), () -> UUID.randomUUID().toString());
  }

  /**
   * Starts with a given source of time and of unique ids, for repeatable runs.
   *
   * @param port the port, or 0 for a free one
   * @param clock where creation times and ages come from
   * @param ids makes uids; no value may come twice, and five of its first characters make generated names
   * @throws IllegalStateException when the port cannot be had
   */
  public static EmbeddedKubernetes start(int port, Clock clock, Supplier<String> ids) {
    ApiDispatcher api = new ApiDispatcher(clock, ids);
    NAMESPACES.forEach(api::createNamespace);
    return new EmbeddedKubernetes(HttpFront.start(api, port));
  }

  /** A new client for the namespace {@code default}; it is closed with this server at the latest. */
  public KubernetesClient client() {
    KubernetesClient client = new KubernetesClientBuilder().withConfig(config()).build();
    clients.add(client);
    return client;
  }

  /** The configuration for fabric8 clients that are built elsewhere. */
  public Config config() {
    return new ConfigBuilder(Config.empty())
        .withMasterUrl(url().toString())
        .withNamespace("default")
        .withHttp2Disable(true)
        .build();
  }

  /** A kubeconfig as YAML text, for kubectl and for {@link Config#fromKubeconfig(String)}. */
  public String kubeconfig() {
    return """
        apiVersion: v1
        kind: Config
        clusters:
        - name: embedded
          cluster:
            server: %s
        contexts:
        - name: embedded
          context:
            cluster: embedded
            user: embedded-admin
            namespace: default
        current-context: embedded
        users:
        - name: embedded-admin
          user:
            token: embedded
        """.formatted(url());
  }

  /** Where it listens, without a slash at the end. */
  public URI url() {
    return URI.create("http://127.0.0.1:" + front.port());
  }

  /**
   * Installs or updates definitions; their kinds are served when this returns.
   *
   * @throws io.fabric8.kubernetes.client.KubernetesClientException when one is refused
   */
  public void applyCrds(List<CustomResourceDefinition> crds) {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(config()).build()) {
      crds.forEach(crd ->
          client.resource(crd).fieldManager("tierkeeper").forceConflicts().serverSideApply());
    }
  }

  /** Creates a namespace if it is not there. */
  public void createNamespace(String name) {
    try (KubernetesClient client =
        new KubernetesClientBuilder().withConfig(config()).build()) {
      if (client.namespaces().withName(name).get() == null) {
        client
            .namespaces()
            .resource(new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .build())
            .create();
      }
    }
  }

  /** Closes the clients that were handed out, then the server. */
  @Override
  public void close() {
    clients.forEach(KubernetesClient::close);
    front.close();
  }
}
