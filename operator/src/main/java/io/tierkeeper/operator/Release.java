package io.tierkeeper.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.Direction;
import io.tierkeeper.api.v1alpha1.LocalReference;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierMoveStatus;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MovePhase;
import io.tierkeeper.operator.move.MoveFacts;
import io.tierkeeper.operator.move.PlannedTenant;
import io.tierkeeper.operator.tiermove.MoveFinalizer;
import io.tierkeeper.qdrant.ReservedNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Ends the moves of some namespaces, so that their TierMoves can be deleted: suspends the collections, requests the deletion of
 * every open TierMove, and waits until an operator, which may be this process, has finished or reverted the moves. Every part may be
 * repeated.
 */
final class Release {

  private static final int NOT_FOUND = 404;
  private static final Duration POLL = Duration.ofMillis(500);

  private final KubernetesClient client;
  private final Set<String> namespaces;
  private final PrintWriter out;
  private final Map<String, String> shown = new HashMap<>();
  /** Owners of promotions that are finished: a suspended collection does not report any more where its tenants are. */
  private final Set<String> promoted = new HashSet<>();

  /** @param namespaces to be released; empty means all */
  Release(KubernetesClient client, Set<String> namespaces, PrintWriter out) {
    this.client = client;
    this.namespaces = namespaces;
    this.out = out;
  }

  /** Suspends all collections, so that no new move starts. */
  void suspend() {
    for (TieredCollection collection : list(TieredCollection.class)) {
      if (collection.isMarkedForDeletion()
          || collection.getSpec() != null
              && Boolean.TRUE.equals(collection.getSpec().suspend())) {
        continue;
      }
      client
          .resource(collection)
          .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"suspend\":true}}");
      out.println("suspended " + name(collection) + "; resume with: kubectl patch tieredcollection "
          + collection.getMetadata().getName() + " -n "
          + collection.getMetadata().getNamespace()
          + " --type merge -p '{\"spec\":{\"suspend\":false}}'");
    }
  }

  /** Requests the deletion of every TierMove that has not ended, or whose deletion waits. */
  void requestEnds() {
    for (TierMove move : list(TierMove.class)) {
      if (!move.isMarkedForDeletion()
          && (held(move) || !MoveFacts.phase(move.getStatus()).ended())) {
        client.resource(move).delete();
        out.println("ending " + describe(move));
        noteIfFinished(move);
      }
    }
  }

  /**
   * Waits until no TierMove has a finalizer, and prints what changes.
   *
   * @return those that are left
   */
  List<TierMove> await(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    while (true) {
      List<TierMove> left = list(TierMove.class).stream().filter(Release::held).toList();
      for (TierMove move : left) {
        String now = describe(move);
        if (!now.equals(shown.put(move.getMetadata().getUid(), now))) {
          out.println("waiting for " + now);
          noteIfFinished(move);
        }
      }
      if (left.isEmpty() || System.nanoTime() - end > 0) {
        return left;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /** Removes the finalizers of moves that did not end, which leaves their shard keys and copies where they are. */
  void force(List<TierMove> left) {
    for (TierMove move : left) {
      List<String> finalizers = move.getMetadata().getFinalizers().stream()
          .filter(finalizer -> !finalizer.equals(MoveFinalizer.NAME))
          .toList();
      try {
        client
            .resource(move)
            .patch(
                PatchContext.of(PatchType.JSON_MERGE),
                Serialization.asJson(Map.of(
                    "metadata",
                    Map.of(
                        "resourceVersion",
                        move.getMetadata().getResourceVersion(),
                        "finalizers",
                        finalizers))));
      } catch (KubernetesClientException e) {
        if (e.getCode() != NOT_FOUND) {
          throw e;
        }
      }
      out.println("removed the finalizer of " + name(move));
    }
  }

  /** Prints what Qdrant still has of moves that did not end. */
  void reportLeft(List<TierMove> left) {
    for (TierMove move : left) {
      String id = Move.keyId(move.getMetadata().getUid());
      out.println("left in Qdrant by " + describe(move)
          + ": points of the tenant may be in the fallback and in the shard keys "
          + PlannedTenant.text(move.getSpec()) + ", " + ReservedNames.freezeSource(id) + " and "
          + ReservedNames.thawedCopy(id)
          + "; keep all of them until docs/removal.md has been followed");
    }
  }

  /** From its retention on a promotion is finished and not reverted. */
  private void noteIfFinished(TierMove move) {
    MovePhase phase = MoveFacts.phase(move.getStatus());
    if (move.getSpec().direction() == Direction.Promote
        && (phase == MovePhase.RETAINING || phase == MovePhase.CLEANING_UP)) {
      Stream.ofNullable(move.getMetadata().getOwnerReferences())
          .flatMap(List::stream)
          .forEach(
              owner -> promoted.add(move.getMetadata().getNamespace() + "/" + owner.getName()));
    }
  }

  /** Prints which tenants stay in shard keys of their own. */
  void reportDedicated() {
    for (TenantTier tier : list(TenantTier.class)) {
      String key = tier.getMetadata().getNamespace() + "/" + tier.getMetadata().getName();
      if (promoted.contains(key)
          || (tier.getStatus() != null && "Dedicated".equals(tier.getStatus().tier()))) {
        out.println(
            "stays: " + name(tier) + " in its dedicated shard key; clients go on to use it");
      }
    }
  }

  private <T extends HasMetadata> List<T> list(Class<T> kind) {
    try {
      Stream<List<T>> lists = namespaces.isEmpty()
          ? Stream.of(client.resources(kind).inAnyNamespace().list().getItems())
          : namespaces.stream()
              .sorted()
              .map(each -> client.resources(kind).inNamespace(each).list().getItems());
      return lists.flatMap(List::stream).toList();
    } catch (KubernetesClientException e) {
      if (e.getCode() == NOT_FOUND) {
        // The definitions are gone, and all objects with them.
        return List.of();
      }
      throw e;
    }
  }

  private static boolean held(TierMove move) {
    return move.getMetadata().getFinalizers().contains(MoveFinalizer.NAME);
  }

  private static String name(HasMetadata resource) {
    return resource.getKind() + " " + resource.getMetadata().getNamespace() + "/"
        + resource.getMetadata().getName();
  }

  private static String describe(TierMove move) {
    TierMoveStatus status = move.getStatus();
    LocalReference collection = move.getSpec() == null ? null : move.getSpec().collectionRef();
    String phase =
        status == null ? "Pending" : Objects.requireNonNullElse(status.phase(), "Pending");
    return name(move) + " (tenant "
        + (move.getSpec() == null ? "?" : PlannedTenant.text(move.getSpec()))
        + ", TieredCollection "
        + (collection == null ? "?" : collection.name()) + ", " + phase
        + (status == null || status.message() == null ? "" : ": " + status.message()) + ")";
  }
}
