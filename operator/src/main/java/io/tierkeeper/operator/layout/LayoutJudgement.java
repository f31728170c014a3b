package io.tierkeeper.operator.layout;

import io.tierkeeper.api.v1alpha1.Reasons;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a collection's layout allows, in the reasons and words of its conditions; pure. */
public final class LayoutJudgement {

  private LayoutJudgement() {}

  /** Why Qdrant does not count as reachable: no peer, or not every peer, answers. */
  public static Optional<Finding> unreachable(ClusterLayout layout) {
    if (layout.credentialsRefused()) {
      return found(
          Reasons.CREDENTIALS_REFUSED,
          "spec.qdrant.credentialsRef: Qdrant refuses the API key: "
              + String.join("; ", layout.silent())
              + "; required: a key with manage rights, not limited to a collection");
    }
    if (!layout.silent().isEmpty() || layout.peers().isEmpty()) {
      return Optional.of(new Finding(
          Reasons.QDRANT_UNREACHABLE,
          "spec.qdrant.endpoints: no answer from " + String.join("; ", layout.silent())
              + "; check address, port, network and credentials"));
    }
    return Optional.empty();
  }

  /** Whether the endpoints may not be those of all peers: one is silent, or the cluster has others. */
  public static boolean incomplete(ClusterLayout layout) {
    return !layout.silent().isEmpty() || !registered(layout).equals(answering(layout));
  }

  /** The cluster has peers that the endpoints do not reach, or the other way round. */
  public static Optional<Finding> unreached(TieredCollectionSpec spec, ClusterLayout layout) {
    Set<Long> registered = registered(layout);
    Set<Long> answering = answering(layout);
    if (registered.equals(answering)) {
      return Optional.empty();
    }
    List<String> endpoints = spec.qdrant() == null || spec.qdrant().endpoints() == null
        ? List.of()
        : spec.qdrant().endpoints();
    return found(
        Reasons.PEERS_NOT_REACHED,
        "spec.qdrant.endpoints: the Qdrant cluster has " + registered.size() + " peers, and "
            + String.join(", ", endpoints) + " reaches " + answering.size()
            + "; tenants are evaluated, and no move starts. Required: the address of each peer, or the name of a"
            + " headless Service (clusterIP: None) of all peers, not of a load balancer. A peer that was removed from"
            + " the cluster's nodes must be removed from its Raft state too");
  }

  private static Set<Long> registered(ClusterLayout layout) {
    return layout.peers().stream()
        .flatMap(peer -> peer.status().peers().stream())
        .collect(Collectors.toSet());
  }

  private static Set<Long> answering(ClusterLayout layout) {
    return layout.peers().stream().map(peer -> peer.status().peerId()).collect(Collectors.toSet());
  }

  /** Why no tenant can be moved in this collection until a manual intervention: the first of the gates that is not passed. */
  public static Optional<Finding> invalid(
      TieredCollectionSpec spec,
      ShardKey fallback,
      ClusterLayout layout,
      @Nullable CollectionDescription description) {
    if (description == null || !layout.exists()) {
      return missing(spec);
    }
    return version(layout)
        .or(() -> sharding(spec, description))
        .or(() -> tenantIndex(spec, description))
        .or(() -> fallback(fallback, layout, description.name()));
  }

  /** That Qdrant has no such collection. */
  public static Optional<Finding> missing(TieredCollectionSpec spec) {
    return found(
        Reasons.QDRANT_COLLECTION_NOT_FOUND,
        "spec.collection: Qdrant has no collection " + spec.collection()
            + "; create it, let the operator create it (spec.provision), or correct the name");
  }

  /** Whether the peers run a version in which moves lose nothing. */
  public static Optional<Finding> version(ClusterLayout layout) {
    return layout
        .versionRefusal()
        .map(refusal -> new Finding(Reasons.QDRANT_VERSION_UNSUPPORTED, refusal));
  }

  /** Whether shards of the collection have keys. */
  public static Optional<Finding> sharding(
      TieredCollectionSpec spec, CollectionDescription description) {
    return description.customSharding()
        ? Optional.empty()
        : found(
            Reasons.SHARDING_NOT_CUSTOM,
            "spec.collection: " + spec.collection()
                + " has automatic sharding, which cannot be changed; required: a collection created with sharding_method"
                + " custom. Copy it into one: tierkeeper migrate " + spec.collection() + " --to "
                + spec.collection() + "-tiered --tenant-key " + spec.tenantKey()
                + " --qdrant URL; then create a TieredCollection with that spec.collection");
  }

  /** Whether the field of the tenant has an index that counts and finds tenants. */
  public static Optional<Finding> tenantIndex(
      TieredCollectionSpec spec, CollectionDescription description) {
    String field = String.valueOf(spec.tenantKey());
    IndexedField index = description.indexedFields().get(field);
    if (index == null || !index.tenant() && !index.type().equals("integer")) {
      return found(
          Reasons.TENANT_KEY_NOT_INDEXED,
          "spec.tenantKey: " + spec.tenantKey()
              + (index == null
                  ? " has no payload index; create a keyword index with is_tenant true: "
                  : " is indexed as " + index.type()
                      + " without is_tenant; replace it by a keyword index with is_tenant true: "
                      + LayoutCommands.deleteIndex(description.name(), field) + " && ")
              + LayoutCommands.createTenantIndex(description.name(), field));
    }
    return index.lookup()
        ? Optional.empty()
        : found(
            Reasons.TENANT_INDEX_WITHOUT_LOOKUP,
            "spec.tenantKey: " + spec.tenantKey()
                + " has an integer index with lookup false, which counts no tenants; create it with lookup true: "
                + LayoutCommands.deleteIndex(description.name(), field) + " && "
                + LayoutCommands.createIntegerIndex(description.name(), field));
  }

  /** An alias can be switched in the middle of a move, which would continue in another collection. */
  public static Finding alias(String alias, String collection) {
    return new Finding(
        Reasons.COLLECTION_IS_ALIAS,
        "spec.collection: " + alias + " is an alias of collection " + collection
            + "; allowed: a collection's own name. Create a TieredCollection with collection "
            + collection + "; applications may keep the alias");
  }

  /** Whether the fallback key exists and has one shard. */
  public static Optional<Finding> fallback(
      ShardKey fallback, ClusterLayout layout, String collection) {
    List<Replica> replicas = layout.replicas(fallback);
    if (replicas.isEmpty()) {
      return found(
          Reasons.FALLBACK_MISSING,
          "spec.fallbackShardKey: the collection has no shard key " + fallback
              + "; create it with one shard: "
              + LayoutCommands.createFallback(collection, fallback));
    }
    long shards = replicas.stream().map(Replica::shardId).distinct().count();
    if (shards > 1) {
      return found(
          Reasons.FALLBACK_HAS_SEVERAL_SHARDS,
          "spec.fallbackShardKey: " + fallback + " has " + shards
              + " shards; allowed: exactly one. It cannot be changed; copy the collection: tierkeeper migrate "
              + collection + " --to " + collection + "-tiered --source-fallback-key " + fallback
              + " --qdrant URL; then create a TieredCollection with that spec.collection");
    }
    return Optional.empty();
  }

  /** Why moves wait although the collection is valid; temporary. */
  public static Optional<Finding> unsettled(ShardKey fallback, ClusterLayout layout) {
    Optional<String> disagreement = layout.disagreement();
    if (disagreement.isPresent()) {
      return found(Reasons.QDRANT_UNHEALTHY, disagreement.get());
    }
    return layout.fallbackFault(fallback).flatMap(fault -> found(Reasons.QDRANT_UNHEALTHY, fault));
  }

  /** Transfers and resharding of this collection by other clients. */
  public static Optional<Finding> foreignMover(ClusterLayout layout, Collection<ShardKey> ours) {
    if (layout.resharding()) {
      return found(
          Reasons.RESHARDING,
          "Resharding of the collection is in progress; moves wait until it has finished.");
    }
    List<ShardTransfer> foreign = layout.foreignTransfers(ours);
    return foreign.isEmpty()
        ? Optional.empty()
        : found(
            Reasons.FOREIGN_TRANSFER,
            foreign.stream()
                .map(transfer -> "shard " + transfer.shardId() + " from peer " + transfer.fromPeer()
                    + " to peer " + transfer.toPeer())
                .sorted()
                .collect(Collectors.joining(
                    ", ", "Transfer by another client: ", "; moves wait until it has finished.")));
  }

  /** The Active shard keys that may be dedicated; the measurement shows whose points they hold. */
  public static Set<ShardKey> activeKeys(ShardKey fallback, ClusterLayout layout) {
    return layout.keys().stream()
        .filter(key -> !key.equals(fallback) && !ReservedNames.isWorkingKey(key))
        .filter(key -> layout.state(key) == KeyState.ACTIVE)
        .collect(Collectors.toSet());
  }

  private static Optional<Finding> found(String reason, String message) {
    return Optional.of(new Finding(reason, message));
  }
}
