package io.tierkeeper.moves.act;

import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Transfers a shard's content by snapshot, into another shard or into itself. */
final class SnapshotTransfer {

  private SnapshotTransfer() {}

  static void transfer(
      String collection, QdrantWrites from, int fromShard, QdrantWrites to, int toShard) {
    download(
        collection, from, fromShard, file -> to.recoverShardSnapshot(collection, toShard, file));
  }

  /** The same, to where the other shard refuses the snapshot once it has all of it. */
  static void probe(
      String collection, QdrantWrites from, int fromShard, QdrantWrites to, int toShard) {
    download(collection, from, fromShard, file -> to.probeShardSnapshot(collection, toShard, file));
  }

  private static void download(
      String collection, QdrantWrites from, int fromShard, Consumer<Path> upload) {
    String name = from.createShardSnapshot(collection, fromShard);
    try {
      Path file = Files.createTempFile("tierkeeper-", ".snapshot");
      try {
        from.downloadShardSnapshot(collection, fromShard, name, file);
        upload.accept(file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      QdrantException failure = new QdrantException.Unavailable(
          "the snapshot of shard " + fromShard
              + " cannot be stored in the temporary directory of the operator: " + e,
          e);
      discard(from, collection, fromShard, name, failure);
      throw failure;
    } catch (QdrantException e) {
      discard(from, collection, fromShard, name, e);
      throw e;
    }
    delete(from, collection, fromShard, name);
  }

  /** Each retry takes another snapshot, and these would fill the peer's disk. */
  private static void discard(
      QdrantWrites from, String collection, int shard, String name, QdrantException failure) {
    try {
      delete(from, collection, shard, name);
    } catch (QdrantException left) {
      failure.addSuppressed(left);
    }
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
