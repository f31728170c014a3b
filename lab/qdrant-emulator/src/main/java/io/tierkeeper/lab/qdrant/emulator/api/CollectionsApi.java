package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoRequest;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionExists;
import io.qdrant.client.grpc.Collections.CollectionExistsRequest;
import io.qdrant.client.grpc.Collections.CollectionExistsResponse;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.CreateShardKeyRequest;
import io.qdrant.client.grpc.Collections.CreateShardKeyResponse;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.DeleteShardKeyRequest;
import io.qdrant.client.grpc.Collections.DeleteShardKeyResponse;
import io.qdrant.client.grpc.Collections.GetCollectionInfoRequest;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsRequest;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.ListShardKeysRequest;
import io.qdrant.client.grpc.Collections.ListShardKeysResponse;
import io.qdrant.client.grpc.Collections.LocalShardInfo;
import io.qdrant.client.grpc.Collections.OptimizerStatus;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.RemoteShardInfo;
import io.qdrant.client.grpc.Collections.ShardKeyDescription;
import io.qdrant.client.grpc.Collections.ShardTransferInfo;
import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupRequest;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupResponse;
import io.qdrant.client.grpc.Collections.UpdateQueueInfo;
import io.tierkeeper.lab.qdrant.emulator.calls.CallGate;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Command;
import io.tierkeeper.lab.qdrant.emulator.cluster.LocalReplica;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The collections API of one peer, apart from the protocol that carries it. The methods throw {@link QdrantError} and
 * pass each call through the gate.
 */
public final class CollectionsApi {

  private final PeerNode node;
  private final Layout layout;
  private final CallGate gate;

  /** The API of a peer; violations of the engine's rules are reported to the monitor. */
  public CollectionsApi(PeerNode node, RuleMonitor rules, CallGate gate) {
    this.node = node;
    this.layout = new Layout(node, rules);
    this.gate = gate;
  }

  // ---- collections

  public ListCollectionsResponse list(ListCollectionsRequest request) {
    return gate.read("list_collections", "", () -> {
      ListCollectionsResponse.Builder list = ListCollectionsResponse.newBuilder();
      node.view()
          .collections()
          .keySet()
          .forEach(
              name -> list.addCollections(CollectionDescription.newBuilder().setName(name)));
      return list.build();
    });
  }

  public CollectionExistsResponse exists(CollectionExistsRequest request) {
    String name = request.getCollectionName();
    return gate.read(
        "collection_exists",
        name,
        () -> CollectionExistsResponse.newBuilder()
            .setResult(CollectionExists.newBuilder()
                .setExists(node.view().collections().containsKey(name)))
            .build());
  }

  public GetCollectionInfoResponse get(GetCollectionInfoRequest request) {
    String name = request.getCollectionName();
    return gate.read(
        "get_collection",
        name,
        () -> GetCollectionInfoResponse.newBuilder()
            .setResult(describe(node.collection(name)))
            .build());
  }

  private CollectionInfo describe(CollectionState collection) {
    CreateCollection config = collection.config();
    CollectionParams.Builder params = CollectionParams.newBuilder()
        .setShardNumber(Math.max(1, config.getShardNumber()))
        .setReplicationFactor(Math.max(1, config.getReplicationFactor()))
        .setWriteConsistencyFactor(Math.max(1, config.getWriteConsistencyFactor()))
        .setOnDiskPayload(!config.hasOnDiskPayload() || config.getOnDiskPayload())
        .setVectorsConfig(config.getVectorsConfig());
    if (config.hasShardingMethod()) {
      params.setShardingMethod(config.getShardingMethod());
    }
    if (config.hasSparseVectorsConfig()) {
      params.setSparseVectorsConfig(config.getSparseVectorsConfig());
    }
    CollectionConfig.Builder full = CollectionConfig.newBuilder()
        .setParams(params)
        .setHnswConfig(CollectionDefaults.complete(config.getHnswConfig()))
        .setOptimizerConfig(CollectionDefaults.complete(config.getOptimizersConfig()))
        .setWalConfig(CollectionDefaults.complete(config.getWalConfig()))
        .putAllMetadata(config.getMetadataMap());
    if (config.hasQuantizationConfig()) {
      full.setQuantizationConfig(config.getQuantizationConfig());
    }
    if (config.hasStrictModeConfig()) {
      full.setStrictModeConfig(config.getStrictModeConfig());
    }
    long points = points(collection);
    CollectionInfo.Builder described = CollectionInfo.newBuilder()
        .setStatus(CollectionStatus.Green)
        .setOptimizerStatus(OptimizerStatus.newBuilder().setOk(true))
        .setSegmentsCount(collection.shards().size())
        .setPointsCount(points)
        .setIndexedVectorsCount(0)
        .setUpdateQueue(UpdateQueueInfo.newBuilder().setDeferredPoints(0))
        .setConfig(full);
    for (Map.Entry<String, PayloadSchemaInfo> index : collection.indexes().entrySet()) {
      described.putPayloadSchema(
          index.getKey(), index.getValue().toBuilder().setPoints(points).build());
    }
    return described.build();
  }

  /** The points of one readable replica of each shard. */
  private long points(CollectionState collection) {
    long sum = 0;
    for (ReplicaSet shard : collection.shards().values()) {
      for (long peer : shard.peers(ReplicaSet::active)) {
        LocalReplica replica =
            node.cluster().node(peer).replicaOrNull(collection.name(), shard.shardId());
        if (replica != null) {
          sum += replica.store().size();
          break;
        }
      }
    }
    return sum;
  }

  public CollectionOperationResponse create(CreateCollection request) {
    return mutate("create_collection", request, () -> {
      layout.createCollection(request, Requests.timeout(request));
      return true;
    });
  }

  public CollectionOperationResponse update(UpdateCollection request) {
    String name = request.getCollectionName();
    return mutate("update_collection", request, () -> {
      node.collection(name);
      layout.perform(
          new Command.ChangeCollection(name, request.getParams()), Requests.timeout(request));
      return true;
    });
  }

  public CollectionOperationResponse delete(DeleteCollection request) {
    String name = request.getCollectionName();
    return mutate("delete_collection", request, () -> {
      boolean known = node.view().collections().containsKey(name);
      layout.perform(new Command.DropCollection(name), Requests.timeout(request));
      return known;
    });
  }

  private CollectionOperationResponse mutate(String verb, Message request, BooleanSupplier change) {
    return gate.mutate(
        verb,
        Requests.collection(request),
        "",
        () -> CollectionOperationResponse.newBuilder()
            .setResult(change.getAsBoolean())
            .build());
  }

  // ---- layout

  public ListShardKeysResponse listShardKeys(ListShardKeysRequest request) {
    return gate.read("list_shard_keys", request.getCollectionName(), () -> {
      ListShardKeysResponse.Builder list = ListShardKeysResponse.newBuilder();
      node.collection(request.getCollectionName())
          .keys()
          .forEach(key -> list.addShardKeys(ShardKeyDescription.newBuilder().setKey(key)));
      return list.build();
    });
  }

  public CreateShardKeyResponse createShardKey(CreateShardKeyRequest request) {
    String name = request.getCollectionName();
    return gate.mutate("create_shard_key", name, brief(request.getRequest()), () -> {
      layout.createKey(name, request.getRequest(), Requests.timeout(request));
      return CreateShardKeyResponse.newBuilder().setResult(true).build();
    });
  }

  public DeleteShardKeyResponse deleteShardKey(DeleteShardKeyRequest request) {
    String name = request.getCollectionName();
    return gate.mutate("delete_shard_key", name, brief(request.getRequest()), () -> {
      layout.deleteKey(name, request.getRequest().getShardKey(), Requests.timeout(request));
      return DeleteShardKeyResponse.newBuilder().setResult(true).build();
    });
  }

  public UpdateCollectionClusterSetupResponse updateClusterSetup(
      UpdateCollectionClusterSetupRequest request) {
    // The name of the operation in the API is also its verb.
    String verb = request.getOperationCase().name().toLowerCase(Locale.ROOT);
    String operation = brief(request.getAllFields().entrySet().stream()
        .filter(field -> field.getKey().getRealContainingOneof() != null)
        .map(field -> (Message) field.getValue())
        .findFirst()
        .orElse(request));
    return gate.mutate(verb, request.getCollectionName(), operation, () -> {
      change(request, Requests.timeout(request));
      return UpdateCollectionClusterSetupResponse.newBuilder().setResult(true).build();
    });
  }

  private void change(UpdateCollectionClusterSetupRequest request, Duration timeout) {
    String name = request.getCollectionName();
    switch (request.getOperationCase()) {
      case MOVE_SHARD -> {
        var move = request.getMoveShard();
        layout.copyShard(name, copy(move, false, move.hasMethod(), move.getMethod()), timeout);
      }
      case REPLICATE_SHARD -> {
        var copy = request.getReplicateShard();
        layout.copyShard(name, copy(copy, true, copy.hasMethod(), copy.getMethod()), timeout);
      }
      case ABORT_TRANSFER ->
        layout.abortTransfer(name, Requests.transferKey(request.getAbortTransfer()), timeout);
      case DROP_REPLICA ->
        layout.dropReplica(
            name,
            request.getDropReplica().getShardId(),
            request.getDropReplica().getPeerId(),
            timeout);
      case CREATE_SHARD_KEY -> layout.createKey(name, request.getCreateShardKey(), timeout);
      case DELETE_SHARD_KEY ->
        layout.deleteKey(name, request.getDeleteShardKey().getShardKey(), timeout);
      case RESTART_TRANSFER ->
        layout.restartTransfer(
            name,
            Requests.transferKey(request.getRestartTransfer()),
            request.getRestartTransfer().getMethod(),
            timeout);
      case REPLICATE_POINTS -> layout.replicatePoints(name, request.getReplicatePoints(), timeout);
      case OPERATION_NOT_SET -> throw QdrantError.badInput("Operation is required");
    }
  }

  private static Transfer copy(
      Message operation, boolean keepSource, boolean hasMethod, ShardTransferMethod method) {
    return new Transfer(
        Requests.transferKey(operation),
        keepSource,
        hasMethod ? method : ShardTransferMethod.StreamRecords,
        null);
  }

  private static String brief(Message message) {
    String text = message.toString().replaceAll("\\s+", " ").strip();
    return text.length() > 300 ? text.substring(0, 300) : text;
  }

  public CollectionClusterInfoResponse clusterInfo(CollectionClusterInfoRequest request) {
    String name = request.getCollectionName();
    return gate.read("collection_cluster_info", name, () -> clusterView(node.collection(name)));
  }

  private CollectionClusterInfoResponse clusterView(CollectionState collection) {
    CollectionClusterInfoResponse.Builder view = CollectionClusterInfoResponse.newBuilder()
        .setPeerId(node.peerId())
        .setShardCount(collection.shards().size());
    for (ReplicaSet shard : collection.shards().values()) {
      shard.replicas().forEach((peer, state) -> {
        if (peer == node.peerId()) {
          LocalShardInfo.Builder local = LocalShardInfo.newBuilder()
              .setShardId(shard.shardId())
              .setPointsCount(node.pointCount(collection.name(), shard.shardId()))
              .setState(state);
          if (shard.key() != null) {
            local.setShardKey(shard.key());
          }
          view.addLocalShards(local);
        } else {
          RemoteShardInfo.Builder remote = RemoteShardInfo.newBuilder()
              .setShardId(shard.shardId())
              .setPeerId(peer)
              .setState(state);
          if (shard.key() != null) {
            remote.setShardKey(shard.key());
          }
          view.addRemoteShards(remote);
        }
      });
    }
    for (Transfer transfer : collection.transfers()) {
      ShardTransferInfo.Builder listed = ShardTransferInfo.newBuilder()
          .setShardId(transfer.key().shardId())
          .setFrom(transfer.key().from())
          .setTo(transfer.key().to())
          .setSync(transfer.sync());
      Integer to = transfer.key().toShardId();
      if (to != null) {
        listed.setToShardId(to);
      }
      view.addShardTransfers(listed);
    }
    return view.build();
  }
}
