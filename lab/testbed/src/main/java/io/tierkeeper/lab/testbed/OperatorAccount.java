package io.tierkeeper.lab.testbed;

import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** The chart's ServiceAccount with the chart's rights in a namespace, so that tests try no path with more rights than there are. */
public final class OperatorAccount {
  private static final String NAME = "tierkeeper";
  private static final Duration EFFECTIVE_WITHIN = Duration.ofSeconds(20);

  private static final Duration POLL = Duration.ofMillis(100);

  private OperatorAccount() {}

  /**
   * A client with the operator's rights in a namespace, which are created; the caller closes it. An API without authorization gives its
   * usual client.
   */
  public static KubernetesClient client(KubernetesBackend kubernetes, String namespace) {
    return kubernetes instanceof ApiServer
        ? new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(kubeconfig(kubernetes, namespace)))
            .build()
        : kubernetes.client();
  }

  /** The same as a file's content, for a process. */
  public static String kubeconfig(KubernetesBackend kubernetes, String namespace) {
    if (!(kubernetes instanceof ApiServer server)) {
      return kubernetes.kubeconfig();
    }
    KubernetesClient admin = server.client();
    Chart.render(namespace, Map.of()).stream()
        .filter(object -> object instanceof Role
            || object instanceof RoleBinding
            || object instanceof ServiceAccount)
        .forEach(object -> admin.resource(object).create());
    long end = System.nanoTime() + EFFECTIVE_WITHIN.toNanos();
    while (!allowed(admin, namespace)) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("the rights of the chart take no effect in " + namespace);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return server.kubeconfig(server.tokenOf(namespace, NAME), server.port());
  }

  private static boolean allowed(KubernetesClient admin, String namespace) {
    return admin
        .authorization()
        .v1()
        .subjectAccessReview()
        .create(new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:" + namespace + ":" + NAME)
            .withNewResourceAttributes()
            .withNamespace(namespace)
            .withGroup("tierkeeper.io")
            .withResource("tiermoves")
            .withVerb("patch")
            .endResourceAttributes()
            .endSpec()
            .build())
        .getStatus()
        .getAllowed();
  }
}
