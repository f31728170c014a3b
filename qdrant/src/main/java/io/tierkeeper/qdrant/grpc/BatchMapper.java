package io.tierkeeper.qdrant.grpc;

import io.qdrant.client.grpc.Points;
import io.qdrant.client.grpc.Points.PointsUpdateOperation;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.qdrant.PointOperation;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.Optional;

/** Operations of a batch as Qdrant's messages. */
final class BatchMapper {

  private BatchMapper() {}

  static PointsUpdateOperation toWire(PointOperation operation, ShardSelector selector) {
    Optional<ShardKeySelector> keys = QueryMapper.toWire(selector);
    PointsUpdateOperation.Builder wire = PointsUpdateOperation.newBuilder();
    switch (operation) {
      case PointOperation.UpsertPoints upsert -> {
        var list = PointsUpdateOperation.PointStructList.newBuilder();
        upsert.points().forEach(point -> list.addPoints(PointMapper.toWire(point)));
        keys.ifPresent(list::setShardKeySelector);
        wire.setUpsert(list);
      }
      case PointOperation.SetPayload set -> {
        var part = PointsUpdateOperation.SetPayload.newBuilder()
            .putAllPayload(PointMapper.payloadToWire(set.payload()))
            .setPointsSelector(GrpcPeer.matching(set.filter()));
        keys.ifPresent(part::setShardKeySelector);
        wire.setSetPayload(part);
      }
      case PointOperation.OverwritePayload overwrite -> {
        var part = PointsUpdateOperation.OverwritePayload.newBuilder()
            .putAllPayload(PointMapper.payloadToWire(overwrite.payload()))
            .setPointsSelector(GrpcPeer.matching(overwrite.filter()));
        keys.ifPresent(part::setShardKeySelector);
        wire.setOverwritePayload(part);
      }
      case PointOperation.DeletePayload delete -> {
        var part = PointsUpdateOperation.DeletePayload.newBuilder()
            .addAllKeys(delete.fields())
            .setPointsSelector(GrpcPeer.matching(delete.filter()));
        keys.ifPresent(part::setShardKeySelector);
        wire.setDeletePayload(part);
      }
      case PointOperation.ClearPayload clear -> {
        var part = PointsUpdateOperation.ClearPayload.newBuilder()
            .setPoints(GrpcPeer.matching(clear.filter()));
        keys.ifPresent(part::setShardKeySelector);
        wire.setClearPayload(part);
      }
      case PointOperation.UpdateVectors update -> {
        var part = PointsUpdateOperation.UpdateVectors.newBuilder()
            .addPoints(Points.PointVectors.newBuilder()
                .setId(PointMapper.toWire(update.id()))
                .setVectors(PointMapper.vectorsToWire(update.vectors())));
        keys.ifPresent(part::setShardKeySelector);
        wire.setUpdateVectors(part);
      }
      case PointOperation.DeleteVectors delete -> {
        var part = PointsUpdateOperation.DeleteVectors.newBuilder()
            .setVectors(Points.VectorsSelector.newBuilder().addAllNames(delete.names()))
            .setPointsSelector(GrpcPeer.matching(delete.filter()));
        keys.ifPresent(part::setShardKeySelector);
        wire.setDeleteVectors(part);
      }
      case PointOperation.Delete delete -> {
        var part = PointsUpdateOperation.DeletePoints.newBuilder()
            .setPoints(GrpcPeer.matching(delete.filter()));
        keys.ifPresent(part::setShardKeySelector);
        wire.setDeletePoints(part);
      }
    }
    return wire.build();
  }
}
