package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Collections.ChangeAliases;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.CreateShardKey;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.DeleteShardKey;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ReplicatePoints;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Command;
import io.tierkeeper.lab.qdrant.emulator.cluster.Consensus;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import io.tierkeeper.lab.qdrant.emulator.points.FilterMatcher;
import io.tierkeeper.lab.qdrant.emulator.points.PayloadPath;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The calls that change the layout: each checks what the engine checks first, then goes through consensus. */
final class Layout {

  private final PeerNode node;
  private final RuleMonitor rules;
  private final Consensus consensus;

  Layout(PeerNode node, RuleMonitor rules) {
    this.rules = rules;
    this.node = node;
    this.consensus = node.cluster().consensus();
  }

  void createCollection(CreateCollection config, Duration timeout) {
    String name = config.getCollectionName();
    if (node.view().collections().containsKey(name)) {
      throw new QdrantError(
          QdrantError.Kind.ALREADY_EXISTS, "Collection `" + name + "` already exists!");
    }
    if (name.isEmpty()) {
      throw QdrantError.badInput(
          "Validation error in body: [collection_name: value \"\" invalid, length]");
    }
    List<List<Long>> placement = new ArrayList<>();
    if (config.getShardingMethod() == io.qdrant.client.grpc.Collections.ShardingMethod.Auto) {
      for (int shard = 0; shard < Math.max(1, config.getShardNumber()); shard++) {
        placement.add(place(node.view().peers(), Math.max(1, config.getReplicationFactor())));
      }
    }
    perform(new Command.MakeCollection(config, placement), timeout);
    awaitOthers(timeout);
  }

  /** Changes aliases of collections. */
  void changeAliases(ChangeAliases request, Duration timeout) {
    perform(new Command.ChangeAliases(request.getActionsList()), timeout);
  }

  void changeCollection(UpdateCollection request, Duration timeout) {
    node.collection(request.getCollectionName());
    perform(new Command.ChangeCollection(request), timeout);
  }

  /** Deletes a collection; false where it is not there. */
  boolean dropCollection(DeleteCollection request) {
    String name = request.getCollectionName();
    boolean known = node.view().collections().containsKey(name);
    perform(new Command.DropCollection(name), Requests.timeout(request));
    return known;
  }

  void createIndex(String name, String field, PayloadSchemaInfo schema, Duration timeout) {
    CollectionState collection = node.collection(name);
    PayloadPath.parse(field);
    perform(new Command.MakeIndex(name, field, schema), timeout);
    awaitOthers(timeout);
    // Consensus has the index now; a shard that cannot take it makes the answer an error all the
    // same.
    for (ReplicaSet shard : collection.shards().values()) {
      if (shard.peers(ReplicaSet::updatable).isEmpty()) {
        throw PointWriter.noReplica(shard, node);
      }
      if (!shard.any(ReplicaSet::soleReceiver)) {
        throw PointWriter.notGuaranteed();
      }
    }
  }

  void createKey(String name, CreateShardKey request, Duration timeout) {
    CollectionState collection = node.collection(name);
    ShardKey key = request.getShardKey();
    if (!collection.custom()) {
      throw QdrantError.badRequest("Shard Key cannot be created with Auto sharding method");
    }
    if (!collection.shardsOf(key).isEmpty()) {
      throw QdrantError.badRequest(
          "Sharding key " + CollectionState.print(key) + " already exists for collection " + name);
    }
    ReplicaState initial =
        request.hasInitialState() ? request.getInitialState() : ReplicaState.Active;
    if (initial != ReplicaState.Active && initial != ReplicaState.Partial) {
      throw QdrantError.badRequest(
          "Initial state cannot be " + initial + ", only Active or Partial are allowed");
    }
    List<Long> pool =
        request.getPlacementCount() == 0 ? node.view().peers() : request.getPlacementList();
    pool.forEach(this::requirePeer);
    int shards = request.hasShardsNumber()
        ? request.getShardsNumber()
        : Math.max(1, collection.config().getShardNumber());
    int factor = request.hasReplicationFactor()
        ? request.getReplicationFactor()
        : request.hasInitialState() ? 1 : Math.max(1, collection.config().getReplicationFactor());
    if (shards < 1 || factor < 1) {
      throw QdrantError.badInput("shards_number and replication_factor must be 1 or larger");
    }
    List<List<Long>> placement = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      placement.add(place(pool, factor));
    }
    rules.onCreateKey(name, "create_shard_key " + CollectionState.print(key) + " in " + name);
    perform(new Command.MakeKey(name, key, placement, initial), timeout);
    awaitOthers(timeout);
  }

  void deleteKey(String name, DeleteShardKey request, Duration timeout) {
    ShardKey key = request.getShardKey();
    CollectionState collection = node.collection(name);
    if (collection.shardsOf(key).isEmpty()) {
      throw QdrantError.badRequest(
          "Sharding key " + CollectionState.print(key) + " does not exist for collection " + name);
    }
    rules.onDeleteKey(
        collection, key, "delete_shard_key " + CollectionState.print(key) + " in " + name);
    perform(new Command.DropKey(name, key), timeout);
  }

  void replicatePoints(String name, ReplicatePoints request, Duration timeout) {
    CollectionState collection = node.collection(name);
    ShardKey from = request.getFromShardKey();
    ShardKey to = request.getToShardKey();
    if (from.equals(to)) {
      throw QdrantError.validation(
          "Validation error in body: [operation.to_shard_key: Validation error: must be different from"
              + " from_shard_key [{}]]");
    }
    ReplicaSet source = single(collection, from, "from");
    ReplicaSet target = single(collection, to, "to");
    if (target.replicas().size() != 1) {
      throw QdrantError.badInput(
          "Only replicating to shard keys with exactly one replica is supported. Shard key %s has %s replicas"
              .formatted(CollectionState.print(to), target.replicas().size()));
    }
    if (!request.hasFilter()) {
      throw QdrantError.badRequest("Target shard "
          + target.shardId()
          + " can only be set for ReshardingStreamRecords or filtered streaming records transfers");
    }
    FilterMatcher.of(request.getFilter());
    // The engine takes the first of a hash map: any replica, Active or not.
    long sourcePeer =
        node.cluster().shuffled(List.copyOf(source.replicas().keySet())).getFirst();
    Transfer.Key key = new Transfer.Key(
        source.shardId(), target.shardId(), sourcePeer, target.replicas().firstKey());
    Transfer transfer =
        new Transfer(key, true, ShardTransferMethod.StreamRecords, request.getFilter());
    Command start = new Command.StartTransfer(name, transfer);
    start.apply(node.view(), 0);
    rules.onReplicatePoints(
        name,
        source,
        target,
        "replicate_points %s -> %s in %s"
            .formatted(CollectionState.print(from), CollectionState.print(to), name));
    perform(start, timeout);
  }

  private static ReplicaSet single(CollectionState collection, ShardKey key, String side) {
    List<ReplicaSet> shards = collection.shardsOf(key);
    if (shards.isEmpty()) {
      throw QdrantError.badInput("Shard key " + CollectionState.print(key)
          + " does not exist for collection " + collection.name());
    }
    if (shards.size() != 1) {
      throw QdrantError.badInput(
          "Only replicating %s shard keys with exactly one shard is supported. Shard key %s has %s shards"
              .formatted(side, CollectionState.print(key), shards.size()));
    }
    return shards.getFirst();
  }

  void copyShard(String name, Transfer transfer, Duration timeout) {
    CollectionState collection = node.collection(name);
    Transfer.Key key = transfer.key();
    if (key.from() == key.to()) {
      throw QdrantError.validation(
          "Validation error in body: [operation.to_peer_id: cannot transfer shard to itself, \"to_peer_id\""
              + " must be different than %s in \"from_peer_id\"]".formatted(key.from()));
    }
    requireShard(collection, key.shardId());
    requirePeer(key.to());
    if (key.toShardId() != null) {
      throw QdrantError.badRequest(
          "Target shard can only be set for ReshardingStreamRecords or filtered streaming records transfers");
    }
    perform(new Command.StartTransfer(name, transfer), timeout);
  }

  void abortTransfer(String name, Transfer.Key key, Duration timeout) {
    requireTransfer(node.collection(name), key);
    perform(new Command.AbortTransfer(name, key), timeout);
  }

  void restartTransfer(
      String name, Transfer.Key key, ShardTransferMethod method, Duration timeout) {
    Transfer transfer = requireTransfer(node.collection(name), key);
    if (transfer.method() == method) {
      throw QdrantError.badRequest(
          "Cannot restart transfer for shard %s from %s to %s, its configuration did not change"
              .formatted(key.shardId(), key.from(), key.to()));
    }
    rules.onRestartTransfer(transfer, "restart_transfer of shard " + key.shardId() + " in " + name);
    perform(new Command.AbortTransfer(name, key), timeout);
    if (key.from() != key.to()) {
      // The engine forgets target shard and filter here: an unfiltered copy of the source shard
      // starts.
      Transfer.Key plain = new Transfer.Key(key.shardId(), null, key.from(), key.to());
      perform(new Command.StartTransfer(name, new Transfer(plain, true, method, null)), timeout);
    }
  }

  private static Transfer requireTransfer(CollectionState collection, Transfer.Key key) {
    Transfer transfer = collection.transfer(key);
    if (transfer == null) {
      throw QdrantError.notFound("Shard transfer %s -> %s for collection %s:%s does not exist"
          .formatted(key.from(), key.to(), collection.name(), key.shardId()));
    }
    return transfer;
  }

  void dropReplica(String name, int shardId, long peer, Duration timeout) {
    requireShard(node.collection(name), shardId);
    requirePeer(peer);
    perform(new Command.RemoveReplica(name, shardId, peer), timeout);
  }

  /** Performs a command and returns once this peer has applied it. */
  void perform(Command command, Duration timeout) {
    consensus.perform(command, node.peerId(), timeout);
  }

  private void awaitOthers(Duration timeout) {
    List<Long> running = node.cluster().nodes().stream()
        .filter(PeerNode::isRunning)
        .map(PeerNode::peerId)
        .toList();
    consensus.awaitAll(running, timeout);
  }

  private List<Long> place(List<Long> pool, int factor) {
    return node.cluster().shuffled(pool).stream().limit(factor).toList();
  }

  private static void requireShard(CollectionState collection, int shardId) {
    if (!collection.shards().containsKey(shardId)) {
      throw QdrantError.badRequest(
          "Shard " + shardId + " of " + collection.name() + " does not exist");
    }
  }

  private void requirePeer(long peer) {
    if (!node.view().peers().contains(peer)) {
      throw QdrantError.badRequest("Peer " + peer + " does not exist");
    }
  }
}
