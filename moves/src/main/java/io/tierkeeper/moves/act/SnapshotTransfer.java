package io.tierkeeper.moves.act;

import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Transfers a shard's content by snapshot, into another shard or into itself. */
final class SnapshotTransfer {

  private SnapshotTransfer() {}

  static void transfer(
      String collection, QdrantWrites from, int fromShard, QdrantWrites to, int toShard) {
    String name = from.createShardSnapshot(collection, fromShard);
    try {
      Path file = Files.createTempFile("tierkeeper-", ".snapshot");
      try {
        from.downloadShardSnapshot(collection, fromShard, name, file);
        to.recoverShardSnapshot(collection, toShard, file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the snapshot of shard " + fromShard + " cannot be stored in the temporary directory", e);
    } catch (QdrantException e) {
      // Each retry takes another snapshot, and these would fill the peer's disk.
      try {
        delete(from, collection, fromShard, name);
      } catch (QdrantException left) {
        e.addSuppressed(left);
      }
      throw e;
    }
    delete(from, collection, fromShard, name);
  }

  private static void delete(QdrantWrites from, String collection, int shard, String name) {
    try {
      from.deleteShardSnapshot(collection, shard, name);
    } catch (QdrantException.NotFound e) {
      // Recovering a shard into itself may delete its snapshots, which is what was wanted.
      return;
    }
  }
}
