package io.tierkeeper.lab.qdrant.emulator;

import io.grpc.stub.StreamObserver;
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
import io.qdrant.client.grpc.CollectionsGrpc;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** The Collections service of one peer. */
final class GrpcCollections extends CollectionsGrpc.CollectionsImplBase {

  private final PeerNode node;
  private final Layout layout;
  private final Answers answers;

  GrpcCollections(PeerNode node, Answers answers) {
    this.node = node;
    this.layout = new Layout(node);
    this.answers = answers;
  }

  // ---- collections

  @Override
  public void list(
      ListCollectionsRequest request, StreamObserver<ListCollectionsResponse> observer) {
    answers.give(observer, CallGate.Call.reading("list_collections", ""), () -> {
      ListCollectionsResponse.Builder list = ListCollectionsResponse.newBuilder();
      node.view()
          .collections()
          .keySet()
          .forEach(
              name -> list.addCollections(CollectionDescription.newBuilder().setName(name)));
      return list.build();
    });
  }

  @Override
  public void collectionExists(
      CollectionExistsRequest request, StreamObserver<CollectionExistsResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.reading("collection_exists", request.getCollectionName()),
        () -> CollectionExistsResponse.newBuilder()
            .setResult(CollectionExists.newBuilder()
                .setExists(node.view().collections().containsKey(request.getCollectionName())))
            .build());
  }

  @Override
  public void get(
      GetCollectionInfoRequest request, StreamObserver<GetCollectionInfoResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.reading("get_collection", request.getCollectionName()),
        () -> GetCollectionInfoResponse.newBuilder()
            .setResult(describe(node.collection(request.getCollectionName())))
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

  @Override
  public void create(
      CreateCollection request, StreamObserver<CollectionOperationResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing("create_collection", request.getCollectionName(), ""),
        () -> {
          layout.createCollection(
              request, Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return done();
        });
  }

  @Override
  public void update(
      UpdateCollection request, StreamObserver<CollectionOperationResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing("update_collection", request.getCollectionName(), ""),
        () -> {
          node.collection(request.getCollectionName());
          layout.perform(
              new Command.ChangeCollection(request.getCollectionName(), request.getParams()),
              Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return done();
        });
  }

  @Override
  public void delete(
      DeleteCollection request, StreamObserver<CollectionOperationResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing("delete_collection", request.getCollectionName(), ""),
        () -> {
          boolean known = node.view().collections().containsKey(request.getCollectionName());
          layout.perform(
              new Command.DropCollection(request.getCollectionName()),
              Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return CollectionOperationResponse.newBuilder().setResult(known).build();
        });
  }

  private static CollectionOperationResponse done() {
    return CollectionOperationResponse.newBuilder().setResult(true).build();
  }

  // ---- layout

  @Override
  public void listShardKeys(
      ListShardKeysRequest request, StreamObserver<ListShardKeysResponse> observer) {
    answers.give(
        observer, CallGate.Call.reading("list_shard_keys", request.getCollectionName()), () -> {
          ListShardKeysResponse.Builder list = ListShardKeysResponse.newBuilder();
          node.collection(request.getCollectionName())
              .keys()
              .forEach(key -> list.addShardKeys(ShardKeyDescription.newBuilder().setKey(key)));
          return list.build();
        });
  }

  @Override
  public void createShardKey(
      CreateShardKeyRequest request, StreamObserver<CreateShardKeyResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing(
            "create_shard_key", request.getCollectionName(), brief(request.getRequest())),
        () -> {
          layout.createKey(
              request.getCollectionName(),
              request.getRequest(),
              Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return CreateShardKeyResponse.newBuilder().setResult(true).build();
        });
  }

  @Override
  public void deleteShardKey(
      DeleteShardKeyRequest request, StreamObserver<DeleteShardKeyResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.changing(
            "delete_shard_key", request.getCollectionName(), brief(request.getRequest())),
        () -> {
          layout.deleteKey(
              request.getCollectionName(),
              request.getRequest().getShardKey(),
              Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return DeleteShardKeyResponse.newBuilder().setResult(true).build();
        });
  }

  @Override
  public void updateCollectionClusterSetup(
      UpdateCollectionClusterSetupRequest request,
      StreamObserver<UpdateCollectionClusterSetupResponse> observer) {
    // The operation's name in the API is its verb here.
    String verb = request.getOperationCase().name().toLowerCase(Locale.ROOT);
    answers.give(
        observer,
        CallGate.Call.changing(verb, request.getCollectionName(), brief(operation(request))),
        () -> {
          change(request, Answers.seconds(request.hasTimeout(), request.getTimeout()));
          return UpdateCollectionClusterSetupResponse.newBuilder()
              .setResult(true)
              .build();
        });
  }

  private void change(UpdateCollectionClusterSetupRequest request, Duration timeout) {
    String name = request.getCollectionName();
    switch (request.getOperationCase()) {
      case MOVE_SHARD -> {
        var move = request.getMoveShard();
        layout.copyShard(
            name,
            move.getShardId(),
            move.hasToShardId(),
            move.getFromPeerId(),
            move.getToPeerId(),
            false,
            move.hasMethod() ? move.getMethod() : ShardTransferMethod.StreamRecords,
            timeout);
      }
      case REPLICATE_SHARD -> {
        var copy = request.getReplicateShard();
        layout.copyShard(
            name,
            copy.getShardId(),
            copy.hasToShardId(),
            copy.getFromPeerId(),
            copy.getToPeerId(),
            true,
            copy.hasMethod() ? copy.getMethod() : ShardTransferMethod.StreamRecords,
            timeout);
      }
      case ABORT_TRANSFER -> layout.abortTransfer(name, request.getAbortTransfer(), timeout);
      case DROP_REPLICA ->
        layout.dropReplica(
            name,
            request.getDropReplica().getShardId(),
            request.getDropReplica().getPeerId(),
            timeout);
      case CREATE_SHARD_KEY -> layout.createKey(name, request.getCreateShardKey(), timeout);
      case DELETE_SHARD_KEY ->
        layout.deleteKey(name, request.getDeleteShardKey().getShardKey(), timeout);
      case RESTART_TRANSFER -> layout.restartTransfer(name, request.getRestartTransfer(), timeout);
      case REPLICATE_POINTS -> layout.replicatePoints(name, request.getReplicatePoints(), timeout);
      case OPERATION_NOT_SET -> throw QdrantError.badInput("Operation is required");
    }
  }

  private static com.google.protobuf.Message operation(
      UpdateCollectionClusterSetupRequest request) {
    return switch (request.getOperationCase()) {
      case MOVE_SHARD -> request.getMoveShard();
      case REPLICATE_SHARD -> request.getReplicateShard();
      case ABORT_TRANSFER -> request.getAbortTransfer();
      case DROP_REPLICA -> request.getDropReplica();
      case CREATE_SHARD_KEY -> request.getCreateShardKey();
      case DELETE_SHARD_KEY -> request.getDeleteShardKey();
      case RESTART_TRANSFER -> request.getRestartTransfer();
      case REPLICATE_POINTS -> request.getReplicatePoints();
      case OPERATION_NOT_SET -> request;
    };
  }

  private static String brief(com.google.protobuf.Message message) {
    String text = message.toString().replaceAll("\\s+", " ").strip();
    return text.length() > 300 ? text.substring(0, 300) : text;
  }

  @Override
  public void collectionClusterInfo(
      CollectionClusterInfoRequest request,
      StreamObserver<CollectionClusterInfoResponse> observer) {
    answers.give(
        observer,
        CallGate.Call.reading("collection_cluster_info", request.getCollectionName()),
        () -> clusterView(node, node.collection(request.getCollectionName())));
  }

  static CollectionClusterInfoResponse clusterView(PeerNode node, CollectionState collection) {
    CollectionClusterInfoResponse.Builder view = CollectionClusterInfoResponse.newBuilder()
        .setPeerId(node.peerId())
        .setShardCount(collection.shards().size());
    for (ReplicaSet shard : collection.shards().values()) {
      shard.replicas().forEach((peer, state) -> {
        if (peer == node.peerId()) {
          LocalReplica replica = node.replicaOrNull(collection.name(), shard.shardId());
          LocalShardInfo.Builder local = LocalShardInfo.newBuilder()
              .setShardId(shard.shardId())
              .setPointsCount(replica == null ? 0 : replica.store().size())
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
