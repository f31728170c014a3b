package io.tierkeeper.qdrant;

import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Quantization;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All calls that Tierkeeper needs of one peer: those of {@link QdrantReads}, and the mutating calls, each of which
 * states what a repeat does. A call whose answer is lost throws {@link QdrantException.OutcomeUnknown}.
 */
public interface QdrantWrites extends QdrantReads {

  /** Whether a method of this interface is a mutating call: it is declared here and not in {@link QdrantReads}. */
  static boolean mutates(Method method) {
    return method.getDeclaringClass() == QdrantWrites.class;
  }

  /** Creates a collection. A repeat is {@link QdrantException.Rejected} because it exists. */
  void createCollection(CollectionTemplate template);

  /** Deletes a collection and all its points; for demos and tests. A repeat does nothing. */
  void deleteCollection(String collection);

  /**
   * Changes texts that are stored with a collection and leaves the others; null removes one. A repeat does the same again.
   */
  void changeMetadata(String collection, Map<String, ? extends @Nullable String> texts);

  /**
   * Lets an alias stand for another collection, for all calls that arrive from then on. A repeat does the same again.
   *
   * @param collection that exists; null to remove the alias
   */
  void setAlias(String alias, @Nullable String collection);

  /** Creates a keyword index with is_tenant on a payload field and waits. A repeat does nothing. */
  void createTenantIndex(String collection, String field);

  /** Creates an index of a type on a payload field and waits. A repeat does nothing. */
  void createTenantIndex(String collection, String field, CollectionTemplate.TenantIndex type);

  /**
   * Creates an index of a type on a payload field and waits. A repeat does nothing; one of another type replaces the index.
   */
  void createPayloadIndex(String collection, String field, IndexType type);

  /**
   * Changes how vectors are quantised; Qdrant then optimises the segments anew. A repeat does nothing.
   *
   * @param ofCollection for vectors without a quantisation of their own
   * @param ofVectors by name; {@link Quantization#NONE} removes a vector's own
   */
  void changeQuantization(
      String collection, Quantization ofCollection, Map<String, Quantization> ofVectors);

  /**
   * Creates a shard key of one shard that is Active, with so many replicas on peers that Qdrant chooses. A repeat is
   * {@link QdrantException.Rejected} because it exists: re-read and treat it as done. Never call it while a transfer of the
   * collection runs.
   */
  void createShardKey(String collection, ShardKey key, int replicas);

  /**
   * Creates a shard key of one shard and one replica on the named peer. A repeat is {@link QdrantException.Rejected}
   * because it exists: re-read and treat it as done. Never call it while a transfer of the collection runs.
   */
  void createShardKey(String collection, KeyTemplate template);

  /**
   * Deletes a shard key with all its points. A repeat is {@link QdrantException.Rejected} because it is gone: re-read
   * and treat it as done. Never call it while a transfer of the collection runs; the server guards nothing.
   */
  void deleteShardKey(String collection, ShardKey key);

  /**
   * Starts a filtered transfer from one key's only shard to another key's only replica. A repeat while it runs is
   * refused; <b>a repeat after success is accepted and harmful</b>: it makes the live key Partial again and streams
   * old points over newer ones. After {@link QdrantException.OutcomeUnknown} look, never repeat.
   */
  void replicatePoints(String collection, ShardKey from, ShardKey to, Filter filter);

  /** Aborts a listed transfer; its receiver is Dead at once. A repeat is {@link QdrantException.NotFound}. */
  void abortTransfer(String collection, ShardTransfer transfer);

  /** Copies a shard's replica to another peer. A repeat after success does nothing. */
  void replicateShard(String collection, int shardId, long fromPeer, long toPeer);

  /** Copies a shard's replica to another peer and drops the source. A repeat is refused since the source is gone. */
  void moveShard(String collection, int shardId, long fromPeer, long toPeer);

  /** Drops one replica; the last active one is refused. A repeat is refused. */
  void dropReplica(String collection, int shardId, long peerId);

  /** Writes points. A repeat writes the same again. */
  void upsert(Upsert request);

  /** Deletes the points that match; an id filter makes a repeat harmless. */
  void delete(String collection, ShardSelector selector, Filter filter, boolean wait);

  /**
   * Sets these payload fields on the points that match and leaves the others; null removes a field. A repeat sets the same
   * again.
   */
  void setPayload(
      String collection,
      ShardSelector selector,
      Map<String, @Nullable Object> payload,
      Filter filter,
      boolean wait);

  /** Removes these payload fields from the points that match. A repeat does nothing. */
  void deletePayload(String collection, ShardSelector selector, Set<String> fields, Filter filter);

  /**
   * Sets these vectors of one point and leaves the others, if the point matches. A repeat sets the same again.
   *
   * @throws QdrantException.NotFound where the point is not there
   */
  void updateVectors(
      String collection,
      ShardSelector selector,
      PointId id,
      Map<String, PointVector> vectors,
      Filter onlyWhere);

  /** Removes these vectors from the points that match and leaves the others. A repeat does nothing. */
  void deleteVectors(String collection, ShardSelector selector, Set<String> names, Filter filter);

  /**
   * Performs operations in their order and waits; each is applied alone, so some may be done where one fails. A repeat
   * does the same again. Moves never use it; for demos and tests, whose clients write as applications do.
   */
  void updateBatch(String collection, ShardSelector selector, List<PointOperation> operations);

  // ---- shard snapshots (REST only; the shard must be local to this peer)

  /** Takes a snapshot of a local shard, in whatever state it is, and returns its name. A repeat takes another. */
  String createShardSnapshot(String collection, int shardId);

  /**
   * Replaces a local shard's content by a snapshot; a sole replica that is Partial or Dead becomes Active. The caller
   * must have seen the shard in this peer's own view: on a peer without it the server adds a replica. Repeatable.
   */
  void recoverShardSnapshot(String collection, int shardId, Path file);

  /**
   * Uploads a snapshot for a local shard as {@link #recoverShardSnapshot} does, with a checksum that is not its own: the
   * server takes all of it and then refuses it. Shows that a snapshot of this size arrives; changes nothing. Repeatable.
   *
   * @throws QdrantException what a server or a proxy before it answered instead
   */
  void probeShardSnapshot(String collection, int shardId, Path file);

  /** Deletes a snapshot. A repeat is {@link QdrantException.NotFound}. */
  void deleteShardSnapshot(String collection, int shardId, String name);
}
