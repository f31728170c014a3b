package io.tierkeeper.qdrant;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The calls to one peer that change nothing; a holder of only this type cannot write. Every call blocks until its answer
 * or its deadline and fails with a {@link QdrantException} that says whether a retry helps. A peer answers with its own
 * view; layout changes are in force only when every peer of {@link QdrantCluster} shows them.
 *
 * <p>Implementations are safe for use by several threads. All calls may be repeated.
 */
public interface QdrantReads {

  /** The gRPC endpoint of the peer, as {@code http://host:6334}. */
  URI endpoint();

  /** The peer's version and its view of consensus. */
  PeerStatus status();

  /** The peer's view of a collection's layout; empty where it knows no such collection. */
  Optional<PeerView> view(String collection);

  /** The names of all collections, without aliases, in no defined order. */
  List<String> collections();

  /** A collection's configuration; empty where the peer knows no such collection. */
  Optional<CollectionDescription> describe(String collection);

  /**
   * The collection that an alias stands for; empty where no alias has this name. Calls on points and reads of the layout accept an
   * alias in place of a collection.
   */
  Optional<String> aliased(String name);

  // ---- points

  /** A page in id order. Repeatable. */
  ScrollPage scroll(ScrollRequest request);

  /** The points of these ids that exist, in no defined order, with payload and vectors. Repeatable. */
  List<Point> retrieve(String collection, ShardSelector selector, List<PointId> ids);

  /** The exact number of points. Without a selector, a tenant that is in two keys counts twice. Repeatable. */
  long count(String collection, ShardSelector selector, @Nullable Filter filter);

  /**
   * The most frequent values of an indexed field, most frequent first (approximate counts), at most {@code limit}; values
   * that cannot name a shard key are among them. Repeatable.
   */
  List<FacetHit> facet(String collection, ShardSelector selector, String field, int limit);

  /**
   * The most frequent values of an indexed field with their exact numbers of points in all keys of the selector together, at most
   * {@code limit}. Repeatable.
   *
   * @param filter which points; null for all
   */
  List<FacetHit> exactFacet(
      String collection, ShardSelector selector, String field, @Nullable Filter filter, int limit);

  /** The nearest points to a dense vector, payload included. Repeatable. */
  List<ScoredPoint> search(
      String collection,
      ShardSelector selector,
      String vectorName,
      float[] vector,
      @Nullable Filter filter,
      int limit,
      boolean exact);

  // ---- shard snapshots (REST only; the shard must be local to this peer)

  /** Downloads a snapshot of a local shard into a file. Repeatable. */
  void downloadShardSnapshot(String collection, int shardId, String name, Path file);

  /**
   * Downloads a snapshot of a local shard that the server takes for this call and does not keep. It works in any state in which
   * the shard is local. The file appears whole or not at all. Repeatable; each call has the content of its own moment.
   */
  void streamShardSnapshot(String collection, int shardId, Path file);
}
