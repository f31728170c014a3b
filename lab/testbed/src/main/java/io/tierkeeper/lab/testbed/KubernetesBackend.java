package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A running Kubernetes API that tests share; each test takes a namespace of its own. */
public interface KubernetesBackend extends AutoCloseable {
  /** What it is, with its version. */
  String description();

  /** Whether it is the API server that clusters run: RBAC, admission and cost limits are in force only there. */
  boolean real();

  /** Whether what an owner leaves behind is deleted; that is a controller's work, not the API server's. */
  boolean collectsGarbage();

  /** With the rights of everything; closed with the backend, not by its users. */
  KubernetesClient client();

  /** For kubectl and for other processes, with the rights of everything. */
  String kubeconfig();

  /** A client that impersonates another user; the caller closes it. The embedded API ignores who the user is. */
  default KubernetesClient as(String user, String... groups) {
    Config config = Config.fromKubeconfig(kubeconfig());
    config.setImpersonateUsername(user);
    config.setImpersonateGroups(groups);
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  /** Creates a namespace of its own for the caller, and returns its name. */
  default String newNamespace(String prefix, Map<String, String> labels) {
    return client()
        .resource(new NamespaceBuilder()
            .withNewMetadata()
            .withGenerateName(prefix + "-")
            .withLabels(labels)
            .endMetadata()
            .build())
        .create()
        .getMetadata()
        .getName();
  }

  /** Creates a namespace of its own for the caller, and returns its name. */
  default String newNamespace(String prefix) {
    return newNamespace(prefix, Map.of());
  }

  /** Installs definitions, also again; their kinds are served when this returns. */
  default void applyCrds(List<CustomResourceDefinition> crds) {
    PatchContext apply = new PatchContext.Builder()
        .withPatchType(PatchType.SERVER_SIDE_APPLY)
        .withFieldManager("testbed")
        .withForce(true)
        .build();
    for (CustomResourceDefinition crd : crds) {
      // A machine with much else to do may need longer for the rules than a client waits.
      Poll.until(Duration.ofSeconds(120), crd.getMetadata().getName() + " to be installed", () -> {
        try {
          return client().resource(crd).patch(apply) != null;
        } catch (KubernetesClientException e) {
          if (e.getCode() >= 400) {
            throw e;
          }
          return false;
        }
      });
    }
    for (CustomResourceDefinition crd : crds) {
      String path = "/apis/" + crd.getSpec().getGroup() + "/"
          + crd.getSpec().getVersions().getFirst().getName() + "/"
          + crd.getSpec().getNames().getPlural() + "?resourceVersion=0";
      // Established is not enough: for a moment more, the lists of informers are answered with 429.
      Poll.until(Duration.ofSeconds(60), path + " to be served", () -> {
        try {
          return client().raw(path) != null;
        } catch (KubernetesClientException e) {
          return false;
        }
      });
    }
  }

  @Override
  void close();
}
