package io.tierkeeper.operator.provision;

import io.tierkeeper.api.v1alpha1.ProvisionSpec.Apply;
import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.operator.layout.Finding;
import io.tierkeeper.operator.provision.Difference.Change;
import io.tierkeeper.operator.provision.ProvisionStep.ChangeQuantization;
import io.tierkeeper.operator.provision.ProvisionStep.CreateCollection;
import io.tierkeeper.operator.provision.ProvisionStep.CreatePayloadIndex;
import io.tierkeeper.operator.provision.ProvisionStep.CreateShardKey;
import io.tierkeeper.operator.provision.ProvisionStep.CreateTenantIndex;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which calls bring a collection to its plan; pure.
 *
 * <p>The fallback key is created last, and the collection carries the name of the TieredCollection that it was created for. So a
 * collection of this name without any shard key is one whose creation was interrupted: no client can have written to it, and the
 * operator continues. With the first shard key the collection is one that exists, and only {@code apply} permits a change.
 */
public final class ProvisionDecision {

  /** Metadata of a collection: the TieredCollection that it was created for. */
  public static final String CREATED_FOR = "tierkeeper.io/created-for";

  private ProvisionDecision() {}

  /** Why the plan cannot be carried out on this cluster or with this policy; empty where it can. */
  public static Optional<Finding> refusal(
      ProvisionPlan plan, ClusterLayout layout, int deleteBatch) {
    if (plan.replicas() > layout.peers().size()) {
      return Optional.of(new Finding(
          Reasons.PROVISION_REFUSED,
          "spec.provision.replicationFactor: " + plan.replicas() + "; allowed: at most "
              + layout.peers().size() + ", the number of peers"));
    }
    long size = plan.settings().strictMode().number("condition_max_size", Long.MAX_VALUE);
    return size < deleteBatch
        ? Optional.of(new Finding(
            Reasons.PROVISION_REFUSED,
            "spec.provision.strictMode.conditionMaxSize: " + size + "; required: at least "
                + deleteBatch + ", which is retain.deleteBatch of the TierPolicy"))
        : Optional.empty();
  }

  /**
   * The calls in their order; none where there is nothing to do, or where it has to wait.
   *
   * @param found null where there is no collection
   * @param owner namespace and name of the TieredCollection
   */
  public static List<ProvisionStep> steps(
      ProvisionPlan plan,
      ClusterLayout layout,
      @Nullable CollectionDescription found,
      String owner) {
    if (found == null) {
      if (layout.exists()) {
        // A peer is behind.
        return List.of();
      }
      List<ProvisionStep> steps = new ArrayList<>();
      steps.add(new CreateCollection(
          new CollectionTemplate(plan.collection(), plan.settings(), Map.of(CREATED_FOR, owner))));
      steps.addAll(completion(plan));
      return steps;
    }
    if (interrupted(layout, found, owner)) {
      return completion(plan);
    }
    return plan.apply() == Apply.None || !settled(layout) ? List.of() : changes(plan, found);
  }

  /** Whether it was created for this TieredCollection, and not completely. */
  public static boolean interrupted(
      ClusterLayout layout, CollectionDescription found, String owner) {
    return found.customSharding()
        && owner.equals(found.metadata().get(CREATED_FOR))
        && layout.peers().stream()
            .allMatch(peer -> peer.view() == null || peer.view().replicas().isEmpty());
  }

  private static List<ProvisionStep> completion(ProvisionPlan plan) {
    List<ProvisionStep> steps = new ArrayList<>();
    steps.add(new CreateTenantIndex(plan.tenantKey(), plan.tenantIndex()));
    plan.payloadIndexes().forEach((field, type) -> steps.add(new CreatePayloadIndex(field, type)));
    steps.add(new CreateShardKey(plan.fallback(), plan.replicas()));
    return steps;
  }

  private static List<ProvisionStep> changes(ProvisionPlan plan, CollectionDescription found) {
    List<Difference> differences = ProvisionDrift.of(plan, found, 0);
    List<ProvisionStep> steps = new ArrayList<>();
    if (plan.apply() == Apply.Additive) {
      if (!found.indexedFields().containsKey(plan.tenantKey())) {
        steps.add(new CreateTenantIndex(plan.tenantKey(), plan.tenantIndex()));
      }
      plan.payloadIndexes().forEach((field, type) -> {
        if (!found.indexedFields().containsKey(field)) {
          steps.add(new CreatePayloadIndex(field, type));
        }
      });
    } else if (differences.stream().anyMatch(it -> it.change() == Change.QUANTISE)) {
      Map<String, Quantization> ofVectors = new TreeMap<>();
      found
          .settings()
          .ownQuantizations()
          .forEach((name, own) -> ofVectors.put(name, Quantization.NONE));
      // A vector that the collection does not have cannot be quantised.
      plan.settings().ownQuantizations().forEach((name, own) -> {
        if (found.settings().vectors().containsKey(name)) {
          ofVectors.put(name, own);
        }
      });
      steps.add(new ChangeQuantization(plan.settings().quantization(), ofVectors));
    }
    return steps;
  }

  /** Whether no transfer runs and each replica is Active; an index cannot be created while one is not. */
  static boolean settled(ClusterLayout layout) {
    return layout.disagreement().isEmpty()
        && !layout.resharding()
        && layout.peers().stream()
            .flatMap(peer -> Optional.ofNullable(peer.view()).stream())
            .allMatch(view -> view.transfers().isEmpty()
                && view.replicas().stream()
                    .map(Replica::state)
                    .allMatch(state -> state == ReplicaState.ACTIVE));
  }
}
