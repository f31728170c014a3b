package io.tierkeeper.operator;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * A tiered collection of a test, as its clients see it.
 *
 * @param port to the first peer
 * @param name of the collection in Qdrant
 */
public record TestCollection(QdrantWrites port, String name) {

  /** Where tenants without a key of their own are. */
  public static final ShardKey FALLBACK = ShardKey.of("default");

  private static final String TENANT_FIELD = "group_id";
  private static final int DIMENSIONS = 4;

  /** How to reach all peers of an emulator. */
  public static QdrantEndpoints endpoints(EmulatedQdrant qdrant) {
    return QdrantEndpoints.plain(
        qdrant.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
        qdrant.peers().stream().map(EmulatedPeer::restPort).toList());
  }

  /** Creates it with its fallback key on the first peer and its tenant index. */
  public static TestCollection create(QdrantWrites port, String name) {
    port.createCollection(CollectionTemplate.tiered(name, DIMENSIONS));
    port.createShardKey(
        name, new KeyTemplate(FALLBACK, port.status().peerId(), ReplicaState.ACTIVE));
    port.createTenantIndex(name, TENANT_FIELD);
    return new TestCollection(port, name);
  }

  /** The shard keys that a tenant's clients name. */
  public static ShardSelector selector(TenantId tenant) {
    return ShardSelector.withFallback(ShardKey.of(tenant), FALLBACK);
  }

  /** Writes points with the ids from {@code first} on. */
  public void write(TenantId tenant, long first, int points) {
    port.upsert(Upsert.of(
        name,
        selector(tenant),
        LongStream.range(first, first + points)
            .mapToObj(id -> new Point(
                PointId.of(id),
                Map.of(TENANT_FIELD, tenant.payload(), "n", id),
                Map.of("", new PointVector.Dense(new float[] {1, id % 7, id % 11, id % 13}))))
            .toList()));
  }

  /** The tenant's points as its clients count them. */
  public long count(String tenant) {
    return port.count(name, selector(TenantId.of(tenant)), filter(tenant));
  }

  /** The tenant's points in one key. */
  public long countIn(ShardKey key, String tenant) {
    return port.count(name, ShardSelector.key(key), filter(tenant));
  }

  /** The filter that a tenant's clients send. */
  public static Filter filter(String tenant) {
    return Filter.tenant(TENANT_FIELD, TenantId.of(tenant));
  }
}
