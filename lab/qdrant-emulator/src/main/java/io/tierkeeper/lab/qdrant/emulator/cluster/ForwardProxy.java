package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.tierkeeper.lab.qdrant.emulator.points.Numbers;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.ReplicaStore;
import io.tierkeeper.lab.qdrant.emulator.points.StoredPoint;
import io.tierkeeper.lab.time.Scheduler;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands before a transfer's source replica: writes locally first, then to the receiver. One lock covers each update
 * and each streamed batch, so they never interleave, and all tenants of the shard queue here.
 */
final class ForwardProxy {

  private final Scheduler.Monitor updateLock;
  private final @Nullable Filter filter;
  private final Consumer<PointsUpdateOperation> receiver;

  ForwardProxy(
      Scheduler processes, @Nullable Filter filter, Consumer<PointsUpdateOperation> receiver) {
    this.updateLock = processes.monitor();
    this.filter = filter;
    this.receiver = receiver;
  }

  void update(ReplicaStore store, PointsUpdateOperation operation) {
    updateLock.run(() -> {
      store.apply(operation);
      PointsUpdateOperation forwarded = forwarded(store, operation);
      if (forwarded != null) {
        send(forwarded);
      }
    });
  }

  /** Deletes at the receiver what the source does not have, as the batches of a transfer without a filter do. */
  void deleteOthers(ReplicaStore source, ReplicaStore receiver) {
    updateLock.run(() -> {
      List<PointId> others = receiver.all().stream()
          .filter(point -> source.get(point.key()) == null)
          .map(point -> point.key().toId())
          .toList();
      if (!others.isEmpty()) {
        send(PointsUpdateOperation.newBuilder()
            .setDeletePoints(PointsUpdateOperation.DeletePoints.newBuilder()
                .setPoints(PointsSelector.newBuilder()
                    .setPoints(PointsIdsList.newBuilder().addAllIds(others))))
            .build());
      }
    });
  }

  /** Sends the next matching points and says where the batch after it starts; null at the end. */
  @Nullable
  PointKey sendBatch(ReplicaStore store, @Nullable PointKey from, int size) {
    return updateLock.get(() -> {
      List<StoredPoint> batch = store.scroll(filter, from, size + 1);
      List<StoredPoint> sent = batch.size() > size ? batch.subList(0, size) : batch;
      if (!sent.isEmpty()) {
        send(PointsUpdateOperation.newBuilder()
            .setUpsert(PointsUpdateOperation.PointStructList.newBuilder()
                .addAllPoints(ReplicaStore.structs(sent)))
            .build());
      }
      return batch.size() > size ? batch.get(size).key() : null;
    });
  }

  /** The receiver acknowledges at its log: what its own points make of the operation is not seen here. */
  private void send(PointsUpdateOperation operation) {
    try {
      receiver.accept(Numbers.rounded(operation));
    } catch (QdrantError e) {
      if (e.kind() != QdrantError.Kind.NOT_FOUND || !e.text().contains("No point with id")) {
        throw e;
      }
    }
  }

  /** Upserts are cut down to the ids that match after the local write; all else goes on unchanged. */
  private @Nullable PointsUpdateOperation forwarded(
      ReplicaStore store, PointsUpdateOperation operation) {
    if (!operation.hasUpsert() || filter == null) {
      return operation;
    }
    List<PointStruct> all = operation.getUpsert().getPointsList();
    Set<PointKey> matching = new HashSet<>(
        store.matching(all.stream().map(p -> PointKey.of(p.getId())).toList(), filter));
    List<PointStruct> kept =
        all.stream().filter(p -> matching.contains(PointKey.of(p.getId()))).toList();
    if (kept.isEmpty()) {
      return null;
    }
    return PointsUpdateOperation.newBuilder()
        .setUpsert(operation.getUpsert().toBuilder().clearPoints().addAllPoints(kept))
        .build();
  }
}
