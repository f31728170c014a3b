package io.tierkeeper.qdrant.grpc;

import com.google.common.util.concurrent.ListenableFuture;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Collections.UpdateCollectionClusterSetupRequest;
import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.PointsGrpc.PointsFutureStub;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointOperation;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Quantization;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One peer of a real Qdrant cluster. */
final class GrpcPeer extends GrpcReads implements QdrantWrites {

  /** How long the server waits until consensus has applied a layout call. */
  private static final int CONSENSUS_SECONDS = 10;

  /** Longer, so that the server gives up first: creation also waits for all peers after consensus. */
  private static final Duration LAYOUT_DEADLINE = Duration.ofSeconds(30);

  GrpcPeer(URI endpoint, QdrantGrpcClient client, RestPaths rest, Duration deadline) {
    super(endpoint, client, rest, deadline);
  }

  @Override
  public void createCollection(CollectionTemplate template) {
    String verb = "createCollection " + template.name();
    Collections.CollectionOperationResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.create(SettingsMapper.toWire(template, CONSENSUS_SECONDS)));
    requireChanged(verb, answer.getResult());
  }

  @Override
  public void deleteCollection(String collection) {
    try {
      calls.call(
          CallKind.WRITE,
          "deleteCollection " + collection,
          LAYOUT_DEADLINE,
          client.collections(),
          stub -> stub.delete(Collections.DeleteCollection.newBuilder()
              .setCollectionName(collection)
              .setTimeout(CONSENSUS_SECONDS)
              .build()));
    } catch (QdrantException.NotFound gone) {
      // A repeat does nothing.
    }
  }

  @Override
  public void changeMetadata(String collection, Map<String, ? extends @Nullable String> texts) {
    String verb = "changeMetadata of " + collection;
    Collections.CollectionOperationResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.update(SettingsMapper.change(collection, texts).toBuilder()
            .setTimeout(CONSENSUS_SECONDS)
            .build()));
    requireChanged(verb, answer.getResult());
  }

  @Override
  public void setAlias(String alias, @Nullable String collection) {
    String verb = "setAlias " + alias;
    Collections.ChangeAliases.Builder change =
        Collections.ChangeAliases.newBuilder().setTimeout(CONSENSUS_SECONDS);
    // One change has both actions, so that no call finds the alias missing.
    change.addActionsBuilder().getDeleteAliasBuilder().setAliasName(alias);
    if (collection != null) {
      change
          .addActionsBuilder()
          .getCreateAliasBuilder()
          .setAliasName(alias)
          .setCollectionName(collection);
    }
    Collections.CollectionOperationResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.updateAliases(change.build()));
    requireChanged(verb, answer.getResult());
  }

  @Override
  public void createTenantIndex(String collection, String field) {
    createTenantIndex(collection, field, TenantIndex.KEYWORD);
  }

  @Override
  public void createTenantIndex(String collection, String field, TenantIndex type) {
    Points.CreateFieldIndexCollection.Builder index = Points.CreateFieldIndexCollection.newBuilder()
        .setCollectionName(collection)
        .setFieldName(field)
        .setWait(true)
        .setTimeout(CONSENSUS_SECONDS);
    Collections.PayloadIndexParams.Builder params = index.getFieldIndexParamsBuilder();
    switch (type) {
      case KEYWORD -> {
        index.setFieldType(Points.FieldType.FieldTypeKeyword);
        params.getKeywordIndexParamsBuilder().setIsTenant(true);
      }
      case UUID -> {
        index.setFieldType(Points.FieldType.FieldTypeUuid);
        params.getUuidIndexParamsBuilder().setIsTenant(true);
      }
      case INTEGER -> {
        index.setFieldType(Points.FieldType.FieldTypeInteger);
        params.getIntegerIndexParamsBuilder().setLookup(true).setRange(false);
      }
    }
    index("createTenantIndex", index);
  }

  @Override
  public void createPayloadIndex(String collection, String field, IndexType type) {
    index(
        "createPayloadIndex",
        Points.CreateFieldIndexCollection.newBuilder()
            .setCollectionName(collection)
            .setFieldName(field)
            .setFieldType(SettingsMapper.toWire(type))
            .setWait(true)
            .setTimeout(CONSENSUS_SECONDS));
  }

  private void index(String verb, Points.CreateFieldIndexCollection.Builder index) {
    write(
        verb + " on " + index.getFieldName() + " of " + index.getCollectionName(),
        // A collection that has no shard yet only acknowledges its index.
        false,
        LAYOUT_DEADLINE,
        stub -> stub.createFieldIndex(index.build()));
  }

  @Override
  public void changeQuantization(
      String collection, Quantization ofCollection, Map<String, Quantization> ofVectors) {
    String verb = "changeQuantization of " + collection;
    Collections.CollectionOperationResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.update(SettingsMapper.change(collection, ofCollection, ofVectors).toBuilder()
            .setTimeout(CONSENSUS_SECONDS)
            .build()));
    requireChanged(verb, answer.getResult());
  }

  @Override
  public void createShardKey(String collection, ShardKey key, int replicas) {
    createShardKey(
        collection,
        Collections.CreateShardKey.newBuilder()
            .setShardKey(QueryMapper.toWire(key))
            .setShardsNumber(1)
            .setReplicationFactor(replicas));
  }

  @Override
  public void createShardKey(String collection, KeyTemplate template) {
    createShardKey(
        collection,
        Collections.CreateShardKey.newBuilder()
            .setShardKey(QueryMapper.toWire(template.key()))
            .setShardsNumber(1)
            .setReplicationFactor(1)
            .addPlacement(template.peerId())
            .setInitialState(LayoutMapper.initialState(template.initialState())));
  }

  private void createShardKey(String collection, Collections.CreateShardKey.Builder key) {
    String verb = "createShardKey " + QueryMapper.fromWire(key.getShardKey()) + " in " + collection;
    Collections.CreateShardKeyResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.createShardKey(Collections.CreateShardKeyRequest.newBuilder()
            .setCollectionName(collection)
            .setTimeout(CONSENSUS_SECONDS)
            .setRequest(key)
            .build()));
    requireChanged(verb, answer.getResult());
  }

  @Override
  public void deleteShardKey(String collection, ShardKey key) {
    String verb = "deleteShardKey " + key + " of " + collection;
    Collections.DeleteShardKeyResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.deleteShardKey(Collections.DeleteShardKeyRequest.newBuilder()
            .setCollectionName(collection)
            .setTimeout(CONSENSUS_SECONDS)
            .setRequest(
                Collections.DeleteShardKey.newBuilder().setShardKey(QueryMapper.toWire(key)))
            .build()));
    requireChanged(verb, answer.getResult());
  }

  @Override
  public void replicatePoints(String collection, ShardKey from, ShardKey to, Filter filter) {
    layout(
        "replicatePoints from " + from + " to " + to + " in " + collection,
        collection,
        request -> request.setReplicatePoints(Collections.ReplicatePoints.newBuilder()
            .setFromShardKey(QueryMapper.toWire(from))
            .setToShardKey(QueryMapper.toWire(to))
            .setFilter(QueryMapper.toWire(filter))));
  }

  @Override
  public void abortTransfer(String collection, ShardTransfer transfer) {
    Collections.AbortShardTransfer.Builder abort = Collections.AbortShardTransfer.newBuilder()
        .setShardId(transfer.shardId())
        .setFromPeerId(transfer.fromPeer())
        .setToPeerId(transfer.toPeer());
    if (transfer.toShardId() != null) {
      abort.setToShardId(transfer.toShardId());
    }
    layout(
        "abortTransfer " + transfer + " of " + collection,
        collection,
        request -> request.setAbortTransfer(abort));
  }

  @Override
  public void replicateShard(String collection, int shardId, long fromPeer, long toPeer) {
    layout(
        "replicateShard " + shardId + " of " + collection,
        collection,
        request -> request.setReplicateShard(Collections.ReplicateShard.newBuilder()
            .setShardId(shardId)
            .setFromPeerId(fromPeer)
            .setToPeerId(toPeer)));
  }

  @Override
  public void moveShard(String collection, int shardId, long fromPeer, long toPeer) {
    layout(
        "moveShard " + shardId + " of " + collection,
        collection,
        request -> request.setMoveShard(Collections.MoveShard.newBuilder()
            .setShardId(shardId)
            .setFromPeerId(fromPeer)
            .setToPeerId(toPeer)));
  }

  @Override
  public void dropReplica(String collection, int shardId, long peerId) {
    layout(
        "dropReplica of shard " + shardId + " of " + collection,
        collection,
        request -> request.setDropReplica(
            Collections.Replica.newBuilder().setShardId(shardId).setPeerId(peerId)));
  }

  @Override
  public void upsert(Upsert request) {
    Points.UpsertPoints.Builder wire = Points.UpsertPoints.newBuilder()
        .setCollectionName(request.collection())
        .setWait(request.waitForApply())
        .setTimeout(serverSeconds)
        .setUpdateMode(
            switch (request.mode()) {
              case UPSERT -> Points.UpdateMode.Upsert;
              case INSERT_ONLY -> Points.UpdateMode.InsertOnly;
              case UPDATE_ONLY -> Points.UpdateMode.UpdateOnly;
            });
    QueryMapper.toWire(request.selector()).ifPresent(wire::setShardKeySelector);
    if (request.onlyWhere() != null) {
      wire.setUpdateFilter(QueryMapper.toWire(request.onlyWhere()));
    }
    request.points().forEach(point -> wire.addPoints(PointMapper.toWire(point)));
    write(
        "upsert of " + request.points().size() + " points into " + request.collection(),
        request.waitForApply(),
        deadline,
        stub -> stub.upsert(wire.build()));
  }

  @Override
  public void delete(String collection, ShardSelector selector, Filter filter, boolean wait) {
    Points.DeletePoints.Builder wire = Points.DeletePoints.newBuilder()
        .setCollectionName(collection)
        .setWait(wait)
        .setTimeout(serverSeconds)
        .setPoints(matching(filter));
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    write("delete from " + collection, wait, deadline, stub -> stub.delete(wire.build()));
  }

  @Override
  public void setPayload(
      String collection,
      ShardSelector selector,
      Map<String, @Nullable Object> payload,
      Filter filter,
      boolean wait) {
    Points.SetPayloadPoints.Builder wire = Points.SetPayloadPoints.newBuilder()
        .setCollectionName(collection)
        .setWait(wait)
        .setTimeout(serverSeconds)
        .putAllPayload(PointMapper.payloadToWire(payload))
        .setPointsSelector(matching(filter));
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    write("setPayload in " + collection, wait, deadline, stub -> stub.setPayload(wire.build()));
  }

  @Override
  public void deletePayload(
      String collection, ShardSelector selector, Set<String> fields, Filter filter) {
    Points.DeletePayloadPoints.Builder wire = Points.DeletePayloadPoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setTimeout(serverSeconds)
        .addAllKeys(fields)
        .setPointsSelector(matching(filter));
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    write(
        "deletePayload in " + collection, true, deadline, stub -> stub.deletePayload(wire.build()));
  }

  @Override
  public void updateVectors(
      String collection,
      ShardSelector selector,
      PointId id,
      Map<String, PointVector> vectors,
      Filter onlyWhere) {
    Points.UpdatePointVectors.Builder wire = Points.UpdatePointVectors.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setTimeout(serverSeconds)
        .addPoints(Points.PointVectors.newBuilder()
            .setId(PointMapper.toWire(id))
            .setVectors(PointMapper.vectorsToWire(vectors)))
        .setUpdateFilter(QueryMapper.toWire(onlyWhere));
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    write(
        "updateVectors in " + collection, true, deadline, stub -> stub.updateVectors(wire.build()));
  }

  @Override
  public void deleteVectors(
      String collection, ShardSelector selector, Set<String> names, Filter filter) {
    Points.DeletePointVectors.Builder wire = Points.DeletePointVectors.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setTimeout(serverSeconds)
        .setVectors(Points.VectorsSelector.newBuilder().addAllNames(names))
        .setPointsSelector(matching(filter));
    QueryMapper.toWire(selector).ifPresent(wire::setShardKeySelector);
    write(
        "deleteVectors in " + collection, true, deadline, stub -> stub.deleteVectors(wire.build()));
  }

  @Override
  public void updateBatch(
      String collection, ShardSelector selector, List<PointOperation> operations) {
    Points.UpdateBatchPoints.Builder wire = Points.UpdateBatchPoints.newBuilder()
        .setCollectionName(collection)
        .setWait(true)
        .setTimeout(serverSeconds);
    operations.forEach(operation -> wire.addOperations(BatchMapper.toWire(operation, selector)));
    String verb = "updateBatch of " + operations.size() + " operations in " + collection;
    calls
        .call(
            CallKind.WRITE, verb, deadline, client.points(), stub -> stub.updateBatch(wire.build()))
        .getResultList()
        .forEach(result -> requireDone(verb, true, result.getStatus()));
  }

  @Override
  public String createShardSnapshot(String collection, int shardId) {
    return rest.createShardSnapshot(collection, shardId);
  }

  @Override
  public void recoverShardSnapshot(String collection, int shardId, Path file) {
    rest.recoverShardSnapshot(collection, shardId, file);
  }

  @Override
  public void probeShardSnapshot(String collection, int shardId, Path file) {
    rest.probeShardSnapshot(collection, shardId, file);
  }

  @Override
  public void deleteShardSnapshot(String collection, int shardId, String name) {
    rest.deleteShardSnapshot(collection, shardId, name);
  }

  private void layout(
      String verb,
      String collection,
      UnaryOperator<UpdateCollectionClusterSetupRequest.Builder> operation) {
    UpdateCollectionClusterSetupRequest request = operation
        .apply(UpdateCollectionClusterSetupRequest.newBuilder()
            .setCollectionName(collection)
            .setTimeout(CONSENSUS_SECONDS))
        .build();
    Collections.UpdateCollectionClusterSetupResponse answer = calls.call(
        CallKind.WRITE,
        verb,
        LAYOUT_DEADLINE,
        client.collections(),
        stub -> stub.updateCollectionClusterSetup(request));
    requireChanged(verb, answer.getResult());
  }

  private void write(
      String verb,
      boolean mustBeApplied,
      Duration within,
      Function<PointsFutureStub, ListenableFuture<Points.PointsOperationResponse>> invoke) {
    Points.UpdateStatus status = calls
        .call(CallKind.WRITE, verb, within, client.points(), invoke)
        .getResult()
        .getStatus();
    requireDone(verb, mustBeApplied, status);
  }

  private void requireDone(String verb, boolean mustBeApplied, Points.UpdateStatus status) {
    boolean done = switch (status) {
      case Completed -> true;
      case Acknowledged -> !mustBeApplied;
      case WaitTimeout, ClockRejected, UnknownUpdateStatus, UNRECOGNIZED -> false;
    };
    if (!done) {
      throw new QdrantException.OutcomeUnknown(
          verb + " at " + endpoint() + ": the server answered " + status, null);
    }
  }

  private void requireChanged(String verb, boolean result) {
    if (!result) {
      throw new QdrantException.Rejected(
          verb + " at " + endpoint() + ": the server answered that it changed nothing", null);
    }
  }

  static Points.PointsSelector matching(Filter filter) {
    return Points.PointsSelector.newBuilder()
        .setFilter(QueryMapper.toWire(filter))
        .build();
  }
}
