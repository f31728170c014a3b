package io.tierkeeper.operator.collection;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Set;

/** Whether the API server refuses an object for what it is: by a quota, an admission policy or the schema. */
final class RefusedCreate {

  private static final Set<Integer> REFUSED = Set.of(400, 403, 413, 422);

  private RefusedCreate() {}

  static boolean of(KubernetesClientException e) {
    return REFUSED.contains(e.getCode());
  }

  /** The server's words. */
  static String words(KubernetesClientException e) {
    return e.getStatus() == null || e.getStatus().getMessage() == null
        ? String.valueOf(e.getMessage())
        : e.getStatus().getMessage();
  }
}
