package io.tierkeeper.client;

import io.qdrant.client.grpc.SnapshotsService.CreateSnapshotRequest;
import io.qdrant.client.grpc.SnapshotsService.DeleteSnapshotRequest;
import io.qdrant.client.grpc.SnapshotsService.ListSnapshotsRequest;
import io.qdrant.client.grpc.SnapshotsService.SnapshotDescription;
import java.time.Instant;
import java.util.List;

/**
 * Snapshots of the collection: all tenants, on the peer that answers. In a cluster each peer has to be asked. Not sharded by tenant: a
 * snapshot is nothing to give to one tenant.
 */
public final class Snapshots {

  /**
   * A snapshot.
   *
   * @param name of the file
   * @param created when
   * @param bytes its size
   * @param checksum SHA-256 in hexadecimal digits; empty where the server gives none
   */
  public record Snapshot(String name, Instant created, long bytes, String checksum) {}

  private final ClientConfig config;
  private final Calls calls;

  Snapshots(ClientConfig config, Calls calls) {
    this.config = config;
    this.calls = calls;
  }

  /** Takes one; may be repeated after a failure, and then there may be two. */
  public Snapshot create() {
    CreateSnapshotRequest request = CreateSnapshotRequest.newBuilder()
        .setCollectionName(config.collection())
        .build();
    return Calls.join(calls
        .send(
            "create_snapshot",
            Calls.Kind.ADMIN,
            (connection, deadline) ->
                connection.snapshots().withDeadline(deadline).create(request))
        .thenApply(answer -> plain(answer.getSnapshotDescription())));
  }

  /** Those of the peer that answers. */
  public List<Snapshot> list() {
    ListSnapshotsRequest request =
        ListSnapshotsRequest.newBuilder().setCollectionName(config.collection()).build();
    return Calls.join(calls
        .read(
            "list_snapshots",
            (connection, deadline) ->
                connection.snapshots().withDeadline(deadline).list(request))
        .thenApply(answer ->
            answer.getSnapshotDescriptionsList().stream().map(Snapshots::plain).toList()));
  }

  /** Deletes one of the peer that answers. */
  public void delete(String name) {
    DeleteSnapshotRequest request = DeleteSnapshotRequest.newBuilder()
        .setCollectionName(config.collection())
        .setSnapshotName(name)
        .build();
    Calls.join(calls.send(
        "delete_snapshot",
        Calls.Kind.ADMIN,
        (connection, deadline) -> connection.snapshots().withDeadline(deadline).delete(request)));
  }

  private static Snapshot plain(SnapshotDescription description) {
    return new Snapshot(
        description.getName(),
        Instant.ofEpochSecond(
            description.getCreationTime().getSeconds(),
            description.getCreationTime().getNanos()),
        description.getSize(),
        description.getChecksum());
  }
}
