package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.AliasOperations;
import io.qdrant.client.grpc.Collections.CollectionParamsDiff;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An entry of the consensus log; applied in the same way on every peer, and rejected in the same way where it does not fit. */
public sealed interface Command {

  ClusterState apply(ClusterState state, long index);

  /** Changes nothing: the others notice that a peer answers again, and may copy a Dead replica from it. */
  record Returned(long peerId) implements Command {
    @Override
    public ClusterState apply(ClusterState state, long index) {
      return state;
    }
  }

  /** A change of one collection. */
  sealed interface OnCollection extends Command {

    String collection();

    CollectionState change(CollectionState old, ClusterState state, long index);

    @Override
    default ClusterState apply(ClusterState state, long index) {
      return state.with(change(state.collection(collection()), state, index));
    }
  }

  /** Makes a collection; with automatic sharding its shards too. */
  record MakeCollection(CreateCollection config, List<List<Long>> placement) implements Command {
    @Override
    public ClusterState apply(ClusterState state, long index) {
      String name = config.getCollectionName();
      if (state.collections().containsKey(name)) {
        throw new QdrantError(
            QdrantError.Kind.ALREADY_EXISTS, "Collection `" + name + "` already exists!");
      }
      if (state.aliases().containsKey(name)) {
        throw QdrantError.badInput("Can't create collection with name " + name
            + ". Alias with the same name already exists");
      }
      CollectionState made =
          new CollectionState(config, new TreeMap<>(), new TreeMap<>(), List.of());
      int shardId = 0;
      for (List<Long> peers : placement) {
        made = made.withShard(shard(shardId++, null, peers, ReplicaState.Active, index));
      }
      return state.with(made);
    }
  }

  /** Drops a collection. */
  record DropCollection(String collection) implements Command {
    @Override
    public ClusterState apply(ClusterState state, long index) {
      return state.without(collection);
    }
  }

  /** Changes aliases, one action after the other. */
  record ChangeAliases(List<AliasOperations> actions) implements Command {
    @Override
    public ClusterState apply(ClusterState state, long index) {
      SortedMap<String, String> aliases = new TreeMap<>(state.aliases());
      for (AliasOperations action : actions) {
        switch (action.getActionCase()) {
          case CREATE_ALIAS -> {
            String alias = action.getCreateAlias().getAliasName();
            String collection = action.getCreateAlias().getCollectionName();
            state.collection(collection);
            if (state.collections().containsKey(alias)) {
              throw new QdrantError(
                  QdrantError.Kind.ALREADY_EXISTS, "Collection `" + alias + "` already exists!");
            }
            aliases.put(alias, collection);
          }
          case RENAME_ALIAS -> {
            String old = action.getRenameAlias().getOldAliasName();
            String collection = aliases.remove(old);
            if (collection == null) {
              throw QdrantError.notFound("Alias " + old + " does not exists!");
            }
            aliases.put(action.getRenameAlias().getNewAliasName(), collection);
          }
          case DELETE_ALIAS -> aliases.remove(action.getDeleteAlias().getAliasName());
          case ACTION_NOT_SET -> throw QdrantError.badInput("Malformed AliasOperation type");
        }
      }
      return state.withAliases(aliases);
    }
  }

  /** Changes the parameters of a collection that the emulator keeps. */
  record ChangeCollection(UpdateCollection change) implements OnCollection {
    @Override
    public String collection() {
      return change.getCollectionName();
    }

    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      CreateCollection.Builder config = old.config().toBuilder();
      CollectionParamsDiff params = change.getParams();
      if (params.hasReplicationFactor()) {
        config.setReplicationFactor(params.getReplicationFactor());
      }
      if (params.hasWriteConsistencyFactor()) {
        config.setWriteConsistencyFactor(params.getWriteConsistencyFactor());
      }
      if (params.hasOnDiskPayload()) {
        config.setOnDiskPayload(params.getOnDiskPayload());
      }
      if (change.hasStrictModeConfig()) {
        config.mergeStrictModeConfig(change.getStrictModeConfig());
      }
      if (change.hasHnswConfig()) {
        config.mergeHnswConfig(change.getHnswConfig());
      }
      if (change.hasOptimizersConfig()) {
        config.mergeOptimizersConfig(change.getOptimizersConfig());
      }
      change.getMetadataMap().forEach((name, value) -> {
        if (value.hasNullValue()) {
          config.removeMetadata(name);
        } else {
          config.putMetadata(name, value);
        }
      });
      Quantizations.apply(change, config);
      return old.withConfig(config.build());
    }
  }

  /** Makes a shard key with one shard per list of peers. */
  record MakeKey(String collection, ShardKey key, List<List<Long>> placement, ReplicaState initial)
      implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      CollectionState changed = old;
      if (!changed.shardsOf(key).isEmpty()) {
        throw QdrantError.badRequest("Shard key " + CollectionState.print(key) + " already exists");
      }
      // The highest id in use plus one: ids come back once the highest key is gone.
      int shardId = changed.shards().isEmpty() ? 1 : changed.shards().lastKey() + 1;
      for (List<Long> peers : placement) {
        changed = changed.withShard(shard(shardId++, key, peers, initial, index));
      }
      return changed;
    }
  }

  /** Drops a shard key with its shards, unguarded; transfers of it stay listed until they are aborted. */
  record DropKey(String collection, ShardKey key) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      if (old.shardsOf(key).isEmpty()) {
        throw QdrantError.badRequest("Sharding key " + CollectionState.print(key)
            + " does not exist for collection " + collection);
      }
      return old.withoutKey(key);
    }
  }

  /** Starts a transfer; its receiver becomes Partial, even where it was the last good replica. */
  record StartTransfer(String collection, Transfer transfer) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      Transfer.Key key = transfer.key();
      ReplicaSet source = require(old, key.shardId());
      ReplicaSet target = require(old, key.targetShard());
      for (long peer : List.of(key.from(), key.to())) {
        if (!state.peers().contains(peer)) {
          throw QdrantError.badRequest("Peer " + peer + " does not exist");
        }
      }
      if (source.replicas().get(key.from()) != ReplicaState.Active) {
        throw QdrantError.badRequest(
            "Shard " + key.shardId() + " is not active on peer " + key.from());
      }
      for (Transfer other : old.transfers()) {
        Transfer.Key o = other.key();
        boolean shared = o.from() == key.from()
            || o.from() == key.to()
            || o.to() == key.from()
            || o.to() == key.to();
        if (o.shardId() == key.shardId() && shared) {
          throw QdrantError.badRequest("Shard " + key.shardId()
              + " is already involved in transfer " + o.from() + " -> " + o.to());
        }
      }
      if (transfer.filtered() && target.replicas().get(key.to()) == ReplicaState.Dead) {
        throw QdrantError.badRequest(
            "Filtered shard transfer can't be started, because destination shard %s/%s is dead"
                .formatted(key.to(), key.targetShard()));
      }
      return old.withTransfer(transfer).withShard(target.with(key.to(), ReplicaState.Partial));
    }
  }

  /** Ends a transfer without success; its receiver is Dead, or gone where a move was to make it. */
  record AbortTransfer(String collection, Transfer.Key key) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      Transfer transfer = requireTransfer(old, key);
      CollectionState changed = old.withoutTransfer(key);
      ReplicaSet target = old.shards().get(key.targetShard());
      if (target == null || !target.replicas().containsKey(key.to())) {
        return changed;
      }
      return changed.withShard(
          transfer.sync() ? target.with(key.to(), ReplicaState.Dead) : target.without(key.to()));
    }
  }

  /** Ends a transfer with success; its receiver is Active, and a moved source is gone. */
  record FinishTransfer(String collection, Transfer.Key key) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      Transfer transfer = requireTransfer(old, key);
      CollectionState changed = old.withoutTransfer(key);
      ReplicaSet target = old.shards().get(key.targetShard());
      if (target == null) {
        return changed;
      }
      ReplicaSet done = target.with(key.to(), ReplicaState.Active);
      return changed.withShard(transfer.sync() ? done : done.without(key.from()));
    }
  }

  /** Sets one replica's state; where an expected state is given, only from that. */
  record SetReplicaState(
      String collection,
      int shardId,
      long peer,
      ReplicaState to,
      @Nullable ReplicaState expected) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      ReplicaSet shard = require(old, shardId);
      ReplicaState current = shard.replicas().get(peer);
      if (expected != null && current != expected) {
        throw QdrantError.badRequest("Replica " + peer + " of shard " + shardId + " has state "
            + current + ", but expected " + expected);
      }
      boolean lastActive =
          current == ReplicaState.Active && shard.peers(ReplicaSet::active).size() == 1;
      if (lastActive && !ReplicaSet.active(to)) {
        throw QdrantError.badInput(
            "Cannot deactivate the last active replica " + peer + " of shard " + shardId);
      }
      CollectionState changed = old.withShard(shard.with(peer, to));
      if (to == ReplicaState.Dead) {
        for (Transfer transfer : old.transfers()) {
          if (transfer.key().shardId() == shardId && transfer.key().from() == peer) {
            changed = new AbortTransfer(collection, transfer.key()).change(changed, state, index);
          }
        }
      }
      return changed;
    }
  }

  /** Sets one replica's state without any guard. */
  record ForceReplicaState(String collection, int shardId, long peer, ReplicaState to)
      implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      return old.withShard(require(old, shardId).with(peer, to));
    }
  }

  /** Removes a replica from a shard. */
  record RemoveReplica(String collection, int shardId, long peer) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      ReplicaSet shard = require(old, shardId);
      if (!shard.replicas().containsKey(peer)) {
        throw QdrantError.badRequest("Peer " + peer + " has no replica of shard " + shardId);
      }
      if (!shard.without(peer).any(ReplicaSet::active)) {
        throw QdrantError.badRequest(
            "Shard " + shardId + " must have at least one active replica after removing " + peer);
      }
      return old.withShard(shard.without(peer));
    }
  }

  /** Declares a payload index. */
  record MakeIndex(String collection, String field, PayloadSchemaInfo schema)
      implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      return old.withIndex(field, schema);
    }
  }

  /** Removes a payload index. */
  record DropIndex(String collection, String field) implements OnCollection {
    @Override
    public CollectionState change(CollectionState old, ClusterState state, long index) {
      return old.withoutIndex(field);
    }
  }

  private static ReplicaSet shard(
      int id, @Nullable ShardKey key, List<Long> peers, ReplicaState state, long index) {
    TreeMap<Long, ReplicaState> replicas = new TreeMap<>();
    peers.forEach(peer -> replicas.put(peer, state));
    return new ReplicaSet(id, key, replicas, index);
  }

  private static ReplicaSet require(CollectionState collection, int shardId) {
    ReplicaSet shard = collection.shards().get(shardId);
    if (shard == null) {
      throw QdrantError.badRequest("Shard " + shardId + " does not exist");
    }
    return shard;
  }

  private static Transfer requireTransfer(CollectionState collection, Transfer.Key key) {
    Transfer transfer = collection.transfer(key);
    if (transfer == null) {
      throw QdrantError.badRequest("There is no transfer for shard " + key.shardId() + " from "
          + key.from() + " to " + key.to());
    }
    return transfer;
  }
}
