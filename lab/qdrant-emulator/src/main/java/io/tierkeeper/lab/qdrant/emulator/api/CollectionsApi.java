package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections.AliasDescription;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionDescription;
import io.qdrant.client.grpc.Collections.CollectionExists;
import io.qdrant.client.grpc.Collections.CollectionExistsResponse;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionOperationResponse;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.GetCollectionInfoResponse;
import io.qdrant.client.grpc.Collections.ListAliasesResponse;
import io.qdrant.client.grpc.Collections.ListCollectionsResponse;
import io.qdrant.client.grpc.Collections.ListShardKeysResponse;
import io.qdrant.client.grpc.Collections.LocalShardInfo;
import io.qdrant.client.grpc.Collections.OptimizerStatus;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.RemoteShardInfo;
import io.qdrant.client.grpc.Collections.ShardKeyDescription;
import io.qdrant.client.grpc.Collections.ShardTransferInfo;
import io.qdrant.client.grpc.Collections.ShardTransferMethod;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupRequest;
import io.qdrant.client.grpc.Collections.UpdateQueueInfo;
import io.qdrant.client.grpc.CollectionsGrpc;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.LocalReplica;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The collections API of one peer, apart from the protocol that carries it. */
public final class CollectionsApi {

  private final PeerNode node;
  private final Layout layout;

  /** The API of a peer; violations of the engine's rules are reported to the monitor. */
  public CollectionsApi(PeerNode node, RuleMonitor rules) {
    this.node = node;
    this.layout = new Layout(node, rules);
  }

  /** Adds the methods of this API. */
  public void addTo(Operations operations) {
    operations.read(CollectionsGrpc.getListMethod(), "list_collections", request -> list());
    operations.read(
        CollectionsGrpc.getCollectionExistsMethod(),
        "collection_exists",
        request -> CollectionExistsResponse.newBuilder()
            .setResult(CollectionExists.newBuilder()
                .setExists(node.view().collections().containsKey(request.getCollectionName())))
            .build());
    operations.read(
        CollectionsGrpc.getGetMethod(),
        "get_collection",
        request -> GetCollectionInfoResponse.newBuilder()
            .setResult(describe(node.collection(request.getCollectionName())))
            .build());
    operations.read(
        CollectionsGrpc.getListShardKeysMethod(),
        "list_shard_keys",
        request -> listKeys(node.collection(request.getCollectionName())));
    operations.read(
        CollectionsGrpc.getCollectionClusterInfoMethod(),
        "collection_cluster_info",
        request -> clusterView(node.collection(request.getCollectionName())));
    operations.read(
        CollectionsGrpc.getListAliasesMethod(), "list_aliases", request -> aliases(name -> true));
    operations.read(
        CollectionsGrpc.getListCollectionAliasesMethod(),
        "list_collection_aliases",
        request -> aliases(request.getCollectionName()::equals));
    addChanges(operations);
  }

  private ListAliasesResponse aliases(Predicate<String> ofCollection) {
    ListAliasesResponse.Builder list = ListAliasesResponse.newBuilder();
    node.view().aliases().forEach((alias, collection) -> {
      if (ofCollection.test(collection)) {
        list.addAliases(
            AliasDescription.newBuilder().setAliasName(alias).setCollectionName(collection));
      }
    });
    return list.build();
  }

  private void addChanges(Operations operations) {
    operations.change(
        CollectionsGrpc.getUpdateAliasesMethod(),
        request -> "update_aliases",
        request -> brief(request),
        layout::changeAliases);
    operations.change(
        CollectionsGrpc.getCreateMethod(),
        request -> "create_collection",
        request -> "",
        layout::createCollection);
    operations.change(
        CollectionsGrpc.getUpdateMethod(),
        request -> "update_collection",
        request -> "",
        layout::changeCollection);
    operations.mutate(
        CollectionsGrpc.getDeleteMethod(),
        request -> "delete_collection",
        request -> "",
        request -> CollectionOperationResponse.newBuilder()
            .setResult(layout.dropCollection(request))
            .build());
    operations.change(
        CollectionsGrpc.getCreateShardKeyMethod(),
        request -> "create_shard_key",
        request -> brief(request.getRequest()),
        (request, timeout) ->
            layout.createKey(request.getCollectionName(), request.getRequest(), timeout));
    operations.change(
        CollectionsGrpc.getDeleteShardKeyMethod(),
        request -> "delete_shard_key",
        request -> brief(request.getRequest()),
        (request, timeout) ->
            layout.deleteKey(request.getCollectionName(), request.getRequest(), timeout));
    operations.change(
        CollectionsGrpc.getUpdateCollectionClusterSetupMethod(),
        // The name of the operation in the API is also its verb.
        request -> request.getOperationCase().name().toLowerCase(Locale.ROOT),
        request -> brief(operation(request)),
        this::updateClusterSetup);
  }

  private ListCollectionsResponse list() {
    ListCollectionsResponse.Builder list = ListCollectionsResponse.newBuilder();
    node.view()
        .collections()
        .keySet()
        .forEach(name -> list.addCollections(CollectionDescription.newBuilder().setName(name)));
    return list.build();
  }

  private static ListShardKeysResponse listKeys(CollectionState collection) {
    ListShardKeysResponse.Builder list = ListShardKeysResponse.newBuilder();
    collection
        .keys()
        .forEach(key -> list.addShardKeys(ShardKeyDescription.newBuilder().setKey(key)));
    return list.build();
  }

  private CollectionInfo describe(CollectionState collection) {
    CreateCollection config = collection.config();
    CollectionParams.Builder params = Requests.copy(config, CollectionParams.newBuilder())
        .setShardNumber(Math.max(1, config.getShardNumber()))
        .setReplicationFactor(Math.max(1, config.getReplicationFactor()))
        .setWriteConsistencyFactor(Math.max(1, config.getWriteConsistencyFactor()))
        .setOnDiskPayload(!config.hasOnDiskPayload() || config.getOnDiskPayload())
        .setVectorsConfig(config.getVectorsConfig());
    CollectionConfig.Builder full = Requests.copy(config, CollectionConfig.newBuilder())
        .setParams(params)
        .setHnswConfig(CollectionDefaults.complete(config.getHnswConfig()))
        .setOptimizerConfig(CollectionDefaults.complete(config.getOptimizersConfig()))
        .setWalConfig(CollectionDefaults.complete(config.getWalConfig()));
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

  private void updateClusterSetup(UpdateCollectionClusterSetupRequest request, Duration timeout) {
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
      case DELETE_SHARD_KEY -> layout.deleteKey(name, request.getDeleteShardKey(), timeout);
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

  private static Message operation(UpdateCollectionClusterSetupRequest request) {
    return request.getAllFields().entrySet().stream()
        .filter(field -> field.getKey().getRealContainingOneof() != null)
        .map(field -> (Message) field.getValue())
        .findFirst()
        .orElse(request);
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
          shard.ifKeyed(local::setShardKey);
          view.addLocalShards(local);
        } else {
          RemoteShardInfo.Builder remote = RemoteShardInfo.newBuilder()
              .setShardId(shard.shardId())
              .setPeerId(peer)
              .setState(state);
          shard.ifKeyed(remote::setShardKey);
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
