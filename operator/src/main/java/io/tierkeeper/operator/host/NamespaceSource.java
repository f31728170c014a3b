package io.tierkeeper.operator.host;

import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.operator.config.WatchedNamespaces;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which of the wanted namespaces can be watched now: an informer in a namespace that is gone, and its Role with it, would stop all
 * others at the start.
 */
final class NamespaceSource {

  private static final Logger log = LoggerFactory.getLogger(NamespaceSource.class);
  private static final int FORBIDDEN = 403;

  private final KubernetesClient client;
  private final WatchedNamespaces watched;
  private final Set<String> reported = new TreeSet<>();
  /** Of the reported ones, those that the last call could read. */
  private final Set<String> returning = new TreeSet<>();

  NamespaceSource(KubernetesClient client, WatchedNamespaces watched) {
    this.client = client;
    this.watched = watched;
  }

  /**
   * The namespaces that can be watched; not to be called where all are.
   *
   * @throws KubernetesClientException where the API server does not say
   */
  Set<String> available() {
    Set<String> available = new TreeSet<>();
    if (!watched.selector().isEmpty()) {
      client
          .namespaces()
          .withLabelSelector(watched.selector())
          .list()
          .getItems()
          .forEach(namespace -> available.add(namespace.getMetadata().getName()));
      return available;
    }
    for (String name : watched.names()) {
      if (!readable(name)) {
        returning.remove(name);
        if (reported.add(name)) {
          log.warn(
              "namespace {} is not watched: it does not exist, or the operator has no rights in it; it is watched as soon as it"
                  + " has them",
              name);
        }
      } else if (!reported.contains(name) || returning.contains(name)) {
        available.add(name);
        reported.remove(name);
        returning.remove(name);
      } else {
        // New rights take effect one after the other: an informer would list and then be refused
        // its watch.
        returning.add(name);
      }
    }
    return available;
  }

  private boolean readable(String namespace) {
    try {
      client
          .resources(TierMove.class)
          .inNamespace(namespace)
          .list(new ListOptionsBuilder().withLimit(1L).build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == FORBIDDEN) {
        return false;
      }
      // Whether the kind is served yet is awaited elsewhere.
      if (e.getCode() == 0) {
        throw e;
      }
      return true;
    }
  }
}
