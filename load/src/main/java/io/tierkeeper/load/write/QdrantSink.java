package io.tierkeeper.load.write;

import io.tierkeeper.load.mapping.Destination;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A collection of a Qdrant cluster. A write goes to a peer that has the tenant's shard, which does not have to pass it on; after a
 * failure, and for reads, the peers take turns, so that a repeated call goes to another peer.
 */
public final class QdrantSink implements PointSink {
  private final List<QdrantWrites> peers;
  private final Destination destination;
  private final boolean wait;
  private final int maxIds;
  private final AtomicInteger turn = new AtomicInteger();
  private final ShardHolders holders;

  /**
   * @param wait whether a write is acknowledged when it is applied, or when it is in the write-ahead log
   * @param maxIds how many ids a read may name
   */
  public QdrantSink(QdrantCluster cluster, Destination destination, boolean wait, int maxIds) {
    this.peers = cluster.peers();
    this.destination = destination;
    this.wait = wait;
    this.maxIds = maxIds;
    this.holders = new ShardHolders(peers, destination.collection());
  }

  private QdrantWrites peer() {
    return next(peers);
  }

  private QdrantWrites next(List<QdrantWrites> among) {
    return among.get(Math.floorMod(turn.getAndIncrement(), among.size()));
  }

  private ShardSelector selector(TenantId tenant) {
    return ShardSelector.withFallback(ShardKey.of(tenant), destination.fallback());
  }

  @Override
  public void write(TenantId tenant, List<Point> points, boolean ownOnly) {
    Upsert upsert = Upsert.of(destination.collection(), selector(tenant), points);
    if (ownOnly) {
      upsert = upsert.onlyWhere(Filter.tenant(destination.tenantField(), tenant));
    }
    try {
      next(holders.of(ShardKey.of(tenant), destination.fallback()))
          .upsert(wait ? upsert : upsert.withoutWaiting());
    } catch (QdrantException.Unavailable | QdrantException.OutcomeUnknown e) {
      holders.distrust();
      throw e;
    }
  }

  @Override
  public Set<PointId> present(TenantId tenant, Collection<PointId> ids) {
    return matching(selector(tenant), ids, Filter.tenant(destination.tenantField(), tenant));
  }

  @Override
  public Set<PointId> foreign(TenantId tenant, Collection<PointId> ids) {
    return matching(ShardSelector.all(), ids, Filter.notOf(destination.tenantField(), tenant));
  }

  private Set<PointId> matching(ShardSelector selector, Collection<PointId> ids, Filter filter) {
    List<PointId> all = new ArrayList<>(ids);
    Set<PointId> found = new HashSet<>();
    for (int from = 0; from < all.size(); from += maxIds) {
      List<PointId> some = all.subList(from, Math.min(all.size(), from + maxIds));
      peer()
          .scroll(ScrollRequest.whole(
                  destination.collection(), selector, Filter.ids(some).and(filter), some.size())
              .idsOnly())
          .points()
          .forEach(point -> found.add(point.id()));
    }
    return found;
  }

  @Override
  public UpdateQueue queue() {
    return peer()
        .describe(destination.collection())
        .map(CollectionDescription::updateQueue)
        .orElse(UpdateQueue.NONE);
  }
}
