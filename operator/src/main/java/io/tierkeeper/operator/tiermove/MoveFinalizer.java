package io.tierkeeper.operator.tiermove;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TierMove;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a TierMove that is deleted in mid-move until its move has ended safely: the resource is the only record of the
 * shard keys and copies that are to be reverted.
 */
public final class MoveFinalizer {

  /** Set on a TierMove from before its first change to Qdrant until its end. */
  public static final String NAME = "tierkeeper.io/move";

  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int ATTEMPTS = 5;

  private final KubernetesClient client;
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  public MoveFinalizer(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Adds the finalizer, unless it is there.
   *
   * @throws IllegalStateException when the TierMove was deleted before its move began; Qdrant must not be changed then
   * @throws KubernetesClientException when it cannot be added; Qdrant must not be changed then either
   */
  void add(TierMove move) {
    String uid = uid(move);
    // A watch may be late, so what this process did counts as much as what the watch shows.
    if (held.contains(uid) || move.getMetadata().getFinalizers().contains(NAME)) {
      return;
    }
    retried(() -> {
      TierMove now = live(move);
      boolean begun = now != null && now.getStatus() != null && now.getStatus().journal() != null;
      if (now == null || (now.isMarkedForDeletion() && !begun)) {
        throw new IllegalStateException("TierMove " + move.getMetadata().getNamespace() + "/"
            + move.getMetadata().getName()
            + " was deleted before the move started; nothing was changed");
      }
      List<String> finalizers = new ArrayList<>(now.getMetadata().getFinalizers());
      // The API server accepts no new finalizer on a deleted resource.
      if (!finalizers.contains(NAME) && !now.isMarkedForDeletion()) {
        finalizers.add(NAME);
        patch(now, finalizers);
      }
    });
    held.add(uid);
  }

  /** Removes the finalizer, if it may be there, which completes the deletion of a TierMove that was deleted. */
  void remove(TierMove move) {
    boolean mine = held.remove(uid(move));
    if (!mine && !move.getMetadata().getFinalizers().contains(NAME)) {
      return;
    }
    retried(() -> {
      TierMove now = live(move);
      if (now != null && now.getMetadata().getFinalizers().contains(NAME)) {
        List<String> finalizers = new ArrayList<>(now.getMetadata().getFinalizers());
        finalizers.remove(NAME);
        try {
          patch(now, finalizers);
        } catch (KubernetesClientException e) {
          // Another client removed it meanwhile, and the resource is gone.
          if (e.getCode() != NOT_FOUND) {
            throw e;
          }
        }
      }
    });
  }

  /** The resource as the server has it; null where it, and not only its name, is gone. */
  private @Nullable TierMove live(TierMove move) {
    TierMove now = client.resource(move).get();
    return now == null || !uid(now).equals(uid(move)) ? null : now;
  }

  private static void retried(Runnable change) {
    for (int attempt = 1; ; attempt++) {
      try {
        change.run();
        return;
      } catch (KubernetesClientException e) {
        if (e.getCode() != CONFLICT || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** With the version that was read, so that no finalizer of another controller is lost. */
  private void patch(TierMove read, List<String> finalizers) {
    Map<String, Object> metadata = Map.of(
        "resourceVersion", read.getMetadata().getResourceVersion(), "finalizers", finalizers);
    client
        .resource(read)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            Serialization.asJson(Map.of("metadata", metadata)));
  }

  private static String uid(TierMove move) {
    return move.getMetadata().getUid();
  }
}
