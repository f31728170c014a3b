package io.tierkeeper.qdrant.grpc;

import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Collections.CollectionClusterInfoResponse;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.StrictMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Converts collections, their configuration and their layout. */
final class LayoutMapper {
  private LayoutMapper() {}

  /** Shards without a key (automatic sharding) are no part of the view. */
  static PeerView view(CollectionClusterInfoResponse info) {
    List<Replica> replicas = new ArrayList<>();
    for (Collections.LocalShardInfo shard : info.getLocalShardsList()) {
      if (shard.hasShardKey()) {
        replicas.add(new Replica(
            shard.getShardId(),
            info.getPeerId(),
            QueryMapper.fromWire(shard.getShardKey()),
            state(shard.getState()),
            shard.getPointsCount()));
      }
    }
    for (Collections.RemoteShardInfo shard : info.getRemoteShardsList()) {
      if (shard.hasShardKey()) {
        replicas.add(new Replica(
            shard.getShardId(),
            shard.getPeerId(),
            QueryMapper.fromWire(shard.getShardKey()),
            state(shard.getState()),
            -1));
      }
    }
    replicas.sort(Comparator.comparingInt(Replica::shardId).thenComparingLong(Replica::peerId));
    List<ShardTransfer> transfers = info.getShardTransfersList().stream()
        .map(transfer -> new ShardTransfer(
            transfer.getShardId(),
            transfer.hasToShardId() ? Integer.valueOf(transfer.getToShardId()) : null,
            transfer.getFrom(),
            transfer.getTo(),
            transfer.getSync()))
        .toList();
    return new PeerView(
        info.getPeerId(), List.copyOf(replicas), transfers, info.getReshardingOperationsCount());
  }

  static ReplicaState state(Collections.ReplicaState state) {
    return switch (state) {
      case Active -> ReplicaState.ACTIVE;
      case ActiveRead -> ReplicaState.ACTIVE_READ;
      case Partial -> ReplicaState.PARTIAL;
      case Dead -> ReplicaState.DEAD;
      case Initializing -> ReplicaState.INITIALIZING;
      case Listener -> ReplicaState.LISTENER;
      case PartialSnapshot -> ReplicaState.PARTIAL_SNAPSHOT;
      case Recovery -> ReplicaState.RECOVERY;
      case ManualRecovery -> ReplicaState.MANUAL_RECOVERY;
      case Resharding -> ReplicaState.RESHARDING;
      case ReshardingScaleDown -> ReplicaState.RESHARDING_SCALE_DOWN;
      case UNRECOGNIZED -> ReplicaState.UNKNOWN;
    };
  }

  /** Only the states in which a key may be created. */
  static Collections.ReplicaState initialState(ReplicaState state) {
    return switch (state) {
      case ACTIVE -> Collections.ReplicaState.Active;
      case PARTIAL -> Collections.ReplicaState.Partial;
      case ACTIVE_READ,
          DEAD,
          INITIALIZING,
          LISTENER,
          PARTIAL_SNAPSHOT,
          RECOVERY,
          MANUAL_RECOVERY,
          RESHARDING,
          RESHARDING_SCALE_DOWN,
          UNKNOWN ->
        throw new IllegalArgumentException("initialState " + state + " must be ACTIVE or PARTIAL");
    };
  }

  static CollectionDescription description(String name, Collections.CollectionInfo info) {
    Map<String, IndexedField> fields = new TreeMap<>();
    info.getPayloadSchemaMap().forEach((field, schema) -> fields.put(field, indexed(schema)));
    Collections.CollectionParams params = info.getConfig().getParams();
    return new CollectionDescription(
        name,
        params.getShardingMethod() == Collections.ShardingMethod.Custom,
        params.hasReplicationFactor() ? params.getReplicationFactor() : 1,
        params.getShardNumber(),
        java.util.Collections.unmodifiableMap(fields),
        info.getPointsCount(),
        info.getIndexedVectorsCount(),
        strictMode(info.getConfig().getStrictModeConfig()),
        vectorBytes(params.getVectorsConfig()),
        SettingsMapper.settings(info.getConfig()),
        SettingsMapper.texts(info.getConfig().getMetadataMap()),
        new UpdateQueue(
            info.getUpdateQueue().getLength(), info.getUpdateQueue().getDeferredPoints()));
  }

  private static OptionalLong vectorBytes(Collections.VectorsConfig config) {
    Collection<Collections.VectorParams> vectors = switch (config.getConfigCase()) {
      case PARAMS -> List.of(config.getParams());
      case PARAMS_MAP -> config.getParamsMap().getMapMap().values();
      case CONFIG_NOT_SET -> List.of();
    };
    long bytes = vectors.stream()
        .mapToLong(vector -> vector.getSize() * LayoutMapper.componentBytes(vector.getDatatype()))
        .sum();
    return bytes > 0 ? OptionalLong.of(bytes) : OptionalLong.empty();
  }

  private static long componentBytes(Collections.Datatype type) {
    return switch (type) {
      case Uint8 -> 1;
      case Float16 -> 2;
      case Default, Float32, UNRECOGNIZED -> 4;
    };
  }

  /** An option that is not set does not limit anything, and none does unless strict mode is enabled. */
  static StrictMode strictMode(Collections.StrictModeConfig config) {
    return !config.getEnabled()
        ? StrictMode.OFF
        : new StrictMode(
            !config.hasUnindexedFilteringRetrieve() || config.getUnindexedFilteringRetrieve(),
            !config.hasUnindexedFilteringUpdate() || config.getUnindexedFilteringUpdate(),
            !config.hasSearchAllowExact() || config.getSearchAllowExact(),
            limit(config.hasMaxQueryLimit(), config.getMaxQueryLimit()),
            limit(config.hasMaxTimeout(), config.getMaxTimeout()),
            limit(config.hasFilterMaxConditions(), config.getFilterMaxConditions()),
            limit(config.hasConditionMaxSize(), config.getConditionMaxSize()),
            limit(config.hasUpsertMaxBatchsize(), config.getUpsertMaxBatchsize()),
            limit(config.hasReadRateLimit(), config.getReadRateLimit()),
            limit(config.hasWriteRateLimit(), config.getWriteRateLimit()));
  }

  private static OptionalLong limit(boolean set, long value) {
    return set ? OptionalLong.of(value) : OptionalLong.empty();
  }

  private static IndexedField indexed(Collections.PayloadSchemaInfo schema) {
    Collections.PayloadIndexParams params = schema.getParams();
    boolean tenant = params.getKeywordIndexParams().getIsTenant()
        || params.getUuidIndexParams().getIsTenant();
    Collections.IntegerIndexParams integers = params.getIntegerIndexParams();
    return new IndexedField(
        schema.getDataType().name().toLowerCase(Locale.ROOT),
        tenant,
        !integers.hasLookup() || integers.getLookup());
  }
}
