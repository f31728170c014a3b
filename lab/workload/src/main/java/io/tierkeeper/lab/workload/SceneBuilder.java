package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sets up a tiered collection: custom sharding, fallback key, tenant index, dedicated keys, loaded tenants, and clients
 * that can be started. Works the same on the emulator, on processes of this machine and on a remote cluster.
 */
public final class SceneBuilder {

  /** The payload field that holds the tenant unless {@link #points} names another. */
  public static final String TENANT_FIELD = "group_id";

  private static final int DIMENSIONS = 4;

  private final QdrantCluster cluster;
  private final String name;
  private Scheduler scheduler = Scheduler.realTime();
  private ShardKey fallback = ShardKey.of("default");
  private CheckedPoints points = new CheckedPoints(TENANT_FIELD, PointShape.plain(DIMENSIONS));
  private TenantIndex index = TenantIndex.KEYWORD;
  private @Nullable Integer fallbackReplicas;
  private @Nullable Integer readPeers;
  private final List<ShardKey> dedicated = new ArrayList<>();
  private @Nullable TenantPopulation tenants;
  private Set<ShardKey> withClients = Set.of();
  private int writersEach = 1;
  private LongConsumer onLoaded = loaded -> {};
  private @Nullable ClientRoute route;
  private @Nullable Long firstId;
  private long seed = 1;

  private SceneBuilder(QdrantCluster cluster, String name) {
    this.cluster = cluster;
    this.name = name;
  }

  /**
   * A scene without tenants.
   *
   * @param cluster connections of the clients
   * @param name of the collection to create
   */
  public static SceneBuilder on(QdrantCluster cluster, String name) {
    return new SceneBuilder(cluster, name);
  }

  /** The scheduler of the clients; real time by default. */
  public SceneBuilder scheduler(Scheduler clients) {
    this.scheduler = clients;
    return this;
  }

  /** The shard key of tenants without a dedicated one; {@code default} by default. */
  public SceneBuilder fallback(ShardKey key) {
    this.fallback = key;
    return this;
  }

  /**
   * The number of replicas of the fallback key, on the first peers; 1 by default. With several of them each reader reads from
   * one peer as long as that answers: another one may not have what it has read already.
   *
   * @param replicas 1 to the number of peers
   */
  public SceneBuilder fallbackReplicas(int replicas) {
    this.fallbackReplicas = replicas;
    return this;
  }

  /** The number of peers, the first ones, that readers read from where the fallback has several replicas; all by default. */
  public SceneBuilder readPeers(int first) {
    this.readPeers = first;
    return this;
  }

  /** The tenant field and the vector dimensions; {@value #TENANT_FIELD} and 4 by default. */
  public SceneBuilder points(String tenantField, int dimensions) {
    this.points = new CheckedPoints(tenantField, PointShape.plain(dimensions));
    return this;
  }

  /** Points with many fields of all types, which clients write one by one and by all of Qdrant's operations. */
  public SceneBuilder manyFields() {
    return shape(points.shape().withManyFields());
  }

  /** Vectors of Euclid's distance with a large component that does not change. */
  public SceneBuilder largeVectors() {
    return shape(points.shape().with(PointShape.Vectors.EUCLID));
  }

  /** Named vectors: two dense ones, a sparse one and a multivector; with {@link #manyFields} points may lack some of them. */
  public SceneBuilder namedVectors() {
    return shape(points.shape().with(PointShape.Vectors.NAMED));
  }

  private SceneBuilder shape(PointShape shape) {
    this.points = new CheckedPoints(points.tenantField(), shape);
    return this;
  }

  /** The payload field that holds the tenant, or a path to it. */
  public SceneBuilder tenantField(String field) {
    this.points = new CheckedPoints(field, points.shape());
    return this;
  }

  /** The type of the index on the tenant field; the tenants must be of its type. Keyword by default. */
  public SceneBuilder tenantIndex(TenantIndex type) {
    this.index = type;
    return this;
  }

  /** Tenants that begin in a dedicated shard key. */
  public SceneBuilder dedicated(ShardKey... keys) {
    dedicated.addAll(List.of(keys));
    return this;
  }

  /** The tenants whose points are loaded. */
  public SceneBuilder tenants(TenantPopulation population) {
    this.tenants = population;
    return this;
  }

  /**
   * The tenants with clients; the others are idle.
   *
   * @param writersForEach number of writers of each of them
   */
  public SceneBuilder clients(Set<ShardKey> keys, int writersForEach) {
    this.withClients = keys;
    this.writersEach = writersForEach;
    return this;
  }

  /** Receives the number of points loaded so far. */
  public SceneBuilder onLoaded(LongConsumer progress) {
    this.onLoaded = progress;
    return this;
  }

  /** Where clients send their calls, to collections that exist; there are no idle tenants then. */
  public SceneBuilder route(ClientRoute ofClients) {
    this.route = ofClients;
    return this;
  }

  /** The id of the first point, unsigned. */
  public SceneBuilder firstId(long id) {
    this.firstId = id;
    return this;
  }

  /** The seed of everything that clients draw; 1 by default. */
  public SceneBuilder seed(long ofClients) {
    this.seed = ofClients;
    return this;
  }

  /** The scene as configured so far; does not create the collection. */
  public TieredScene scene() {
    return new TieredScene(
        scheduler,
        cluster,
        name,
        fallback,
        points,
        route == null ? ClientRoute.tiered(name, fallback) : route);
  }

  /** Creates the collection and loads its tenants; the clients of the workload are not started. */
  public Workload create() {
    TieredScene scene = scene();
    Workload workload = new Workload(scene, seed);
    if (route == null) {
      scene.create(index);
    }
    if (fallbackReplicas != null) {
      scene.replicateFallback(fallbackReplicas);
    }
    dedicated.forEach(scene::createKey);
    if (firstId != null) {
      workload.idsFrom(firstId);
    }
    if (tenants != null) {
      workload.load(tenants, withClients, writersEach, onLoaded);
    }
    if (fallbackReplicas != null && fallbackReplicas > 1) {
      workload.readPeers(readPeers == null ? cluster.peers().size() : readPeers);
    }
    return workload;
  }
}
