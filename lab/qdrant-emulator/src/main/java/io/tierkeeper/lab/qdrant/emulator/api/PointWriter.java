package io.tierkeeper.lab.qdrant.emulator.api;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.Command;
import io.tierkeeper.lab.qdrant.emulator.cluster.LocalReplica;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaLag;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import io.tierkeeper.lab.qdrant.emulator.points.FilterMatcher;
import io.tierkeeper.lab.qdrant.emulator.points.Numbers;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.VectorSchema;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Takes writes at one peer and brings them to all replicas that its view names. */
final class PointWriter {

  private final PeerNode node;
  private final RuleMonitor rules;
  private final AtomicLong operations = new AtomicLong();

  PointWriter(PeerNode node, RuleMonitor rules) {
    this.rules = rules;
    this.node = node;
  }

  /** Performs one operation and returns its number. */
  long write(
      String name,
      PointsUpdateOperation operation,
      @Nullable ShardKeySelector selector,
      boolean wait,
      @Nullable Long timeout) {
    CollectionState collection = node.collection(name);
    check(collection, operation);
    StrictRules.checkUpdate(collection, operation, selector(operation), timeout);
    if (selector != null) {
      rules.onSelector(name, selector);
    }
    boolean explicit = selector != null && !selector.hasFallback();
    List<List<ReplicaSet>> groups = Routing.forWrite(collection, selector);
    if (selector != null && selector.hasFallback() && groups.size() == 1) {
      delay(groups.getFirst(), selector, operation);
    }
    QdrantError first = null;
    // Every key gets the operation, even after one has failed: the engine sends to them in
    // parallel.
    for (List<ReplicaSet> shards : groups) {
      for (Map.Entry<ReplicaSet, PointsUpdateOperation> part :
          split(shards, operation).entrySet()) {
        try {
          writeShard(collection, part.getKey(), part.getValue(), explicit);
        } catch (QdrantError e) {
          boolean unseen = !wait && e.text().contains("No point with id");
          if (first == null && !unseen) {
            first = e;
          }
        }
      }
    }
    if (first != null) {
      throw first;
    }
    return operations.getAndIncrement();
  }

  /** Holds a write on its way to the fallback, so that it arrives late, after a switch. */
  private void delay(
      List<ReplicaSet> shards, ShardKeySelector selector, PointsUpdateOperation operation) {
    boolean toFallback =
        shards.stream().allMatch(shard -> selector.getFallback().equals(shard.key()));
    if (toFallback && (operation.hasUpsert() || operation.hasSetPayload())) {
      Duration time = node.cluster().nextWriteDelay();
      if (!time.isZero()) {
        node.cluster().processes().sleep(time);
      }
    }
  }

  private static void check(CollectionState collection, PointsUpdateOperation operation) {
    VectorSchema schema = VectorSchema.of(collection.config());
    if (operation.hasUpsert() && operation.getUpsert().getPointsCount() == 0) {
      throw QdrantError.badRequest("Empty update request");
    }
    for (PointStruct point : operation.getUpsert().getPointsList()) {
      PointKey.of(point.getId());
      if (!point.hasVectors()) {
        throw QdrantError.validation("Expected some vectors");
      }
      schema.accept(point.getVectors());
      Numbers.requireFinite(point.getPayloadMap());
    }
    Numbers.requireFinite(operation.getSetPayload().getPayloadMap());
    Numbers.requireFinite(operation.getOverwritePayload().getPayloadMap());
    for (PointVectors point : operation.getUpdateVectors().getPointsList()) {
      PointKey.of(point.getId());
      schema.accept(point.getVectors());
    }
    if (operation.getUpsert().hasUpdateFilter()) {
      FilterMatcher.of(operation.getUpsert().getUpdateFilter());
    }
    PointsSelector selector = selector(operation);
    if (selector != null) {
      switch (selector.getPointsSelectorOneOfCase()) {
        case POINTS -> selector.getPoints().getIdsList().forEach(PointKey::of);
        case FILTER -> FilterMatcher.of(selector.getFilter());
        case POINTSSELECTORONEOF_NOT_SET ->
          throw QdrantError.badInput("One of 'points' or 'filter' must be specified");
      }
    }
  }

  private static @Nullable PointsSelector selector(PointsUpdateOperation operation) {
    return switch (operation.getOperationCase()) {
      case DELETE_POINTS -> operation.getDeletePoints().getPoints();
      case SET_PAYLOAD -> operation.getSetPayload().getPointsSelector();
      case OVERWRITE_PAYLOAD -> operation.getOverwritePayload().getPointsSelector();
      case DELETE_PAYLOAD -> operation.getDeletePayload().getPointsSelector();
      case CLEAR_PAYLOAD -> operation.getClearPayload().getPoints();
      case DELETE_VECTORS -> operation.getDeleteVectors().getPointsSelector();
      case UPSERT, UPDATE_VECTORS, DELETE_DEPRECATED, CLEAR_PAYLOAD_DEPRECATED, OPERATION_NOT_SET ->
        null;
    };
  }

  // ---- one shard

  private void writeShard(
      CollectionState collection,
      ReplicaSet shard,
      PointsUpdateOperation operation,
      boolean explicit) {
    ReplicaLag lag = node.cluster().replicaLag();
    List<Long> receivers = lag.order(shard, shard.peers(ReplicaSet::updatable));
    if (receivers.isEmpty()) {
      throw noReplica(shard, node);
    }
    limitWrites(collection, shard, operation);
    boolean partial = shard.replicas().values().stream().allMatch(s -> s == ReplicaState.Partial);
    boolean dropped = explicit && partial && !node.sentBefore(shard);
    boolean enough = false;
    Map<Long, QdrantError> failures = new HashMap<>();
    for (long peer : receivers) {
      if (peer != receivers.getFirst()) {
        lag.awaitArrival(shard, peer);
      }
      try {
        if (!dropped) {
          PointsUpdateOperation received =
              peer == node.peerId() ? operation : Numbers.rounded(operation);
          node.cluster().node(peer).update(collection.name(), shard.shardId(), received);
        }
        enough |= ReplicaSet.soleReceiver(state(shard, peer));
      } catch (QdrantError e) {
        failures.put(peer, e);
      }
    }
    if (!failures.isEmpty()
        && (!enough || failures.values().stream().anyMatch(PointWriter::causedByRequest))) {
      throw failures.values().iterator().next();
    }
    failures.keySet().forEach(peer -> markDead(collection, shard, peer));
    if (!enough) {
      throw notGuaranteed();
    }
  }

  /** Where the contacted peer has a replica, its own limit counts. */
  private void limitWrites(
      CollectionState collection, ReplicaSet shard, PointsUpdateOperation operation) {
    LocalReplica own = node.replicaOrNull(collection.name(), shard.shardId());
    if (own != null) {
      own.limitWrite(
          collection.config().getStrictModeConfig(),
          Math.max(1, operation.getUpsert().getPointsCount()));
    }
  }

  static QdrantError noReplica(ReplicaSet shard, PeerNode node) {
    return QdrantError.service("The replica set for shard %s on peer %s has no active replica"
        .formatted(shard.shardId(), node.peerId()));
  }

  static QdrantError notGuaranteed() {
    return QdrantError.service(
        "Failed to apply operation to at least one `Active` replica. Consistency of this update is not"
            + " guaranteed. Please retry.");
  }

  private static ReplicaState state(ReplicaSet shard, long peer) {
    return shard.replicas().getOrDefault(peer, ReplicaState.Dead);
  }

  private static boolean causedByRequest(QdrantError error) {
    return error.text().contains("No point with id") || error.kind() == QdrantError.Kind.BAD_INPUT;
  }

  /** A replica that missed a write which another took must not be read any more. */
  private void markDead(CollectionState collection, ReplicaSet shard, long peer) {
    for (Transfer transfer : collection.transfers()) {
      if (transfer.key().targetShard() == shard.shardId() && transfer.key().to() == peer) {
        node.cluster()
            .consensus()
            .propose(new Command.AbortTransfer(collection.name(), transfer.key()));
        return;
      }
    }
    node.cluster()
        .consensus()
        .propose(new Command.SetReplicaState(
            collection.name(), shard.shardId(), peer, ReplicaState.Dead, state(shard, peer)));
  }

  // ---- several shards of one key

  private static Map<ReplicaSet, PointsUpdateOperation> split(
      List<ReplicaSet> shards, PointsUpdateOperation operation) {
    Map<ReplicaSet, PointsUpdateOperation> parts = new HashMap<>();
    if (shards.size() > 1 && operation.hasUpsert()) {
      byShard(shards, operation.getUpsert().getPointsList(), p -> PointKey.of(p.getId()))
          .forEach((shard, points) -> parts.put(
              shard,
              operation.toBuilder()
                  .setUpsert(operation.getUpsert().toBuilder().clearPoints().addAllPoints(points))
                  .build()));
    } else if (shards.size() > 1 && operation.hasUpdateVectors()) {
      byShard(shards, operation.getUpdateVectors().getPointsList(), p -> PointKey.of(p.getId()))
          .forEach((shard, points) -> parts.put(
              shard,
              operation.toBuilder()
                  .setUpdateVectors(
                      operation.getUpdateVectors().toBuilder().clearPoints().addAllPoints(points))
                  .build()));
    } else if (shards.size() > 1 && byIds(operation)) {
      throw QdrantError.unimplemented("operations by id on shard keys of several shards");
    } else {
      shards.forEach(shard -> parts.put(shard, operation));
    }
    return parts;
  }

  private static boolean byIds(PointsUpdateOperation operation) {
    PointsSelector selector = selector(operation);
    return selector != null && selector.hasPoints() && !operation.hasDeletePoints();
  }

  private static <T> Map<ReplicaSet, List<T>> byShard(
      List<ReplicaSet> shards, List<T> points, Function<T, PointKey> key) {
    Map<ReplicaSet, List<T>> parts = new HashMap<>();
    for (T point : points) {
      ReplicaSet shard = shards.get(Math.floorMod(key.apply(point).hashCode(), shards.size()));
      parts.computeIfAbsent(shard, s -> new ArrayList<>()).add(point);
    }
    return parts;
  }
}
