package io.tierkeeper.lab.scene;

import io.tierkeeper.lab.scene.VirtualQdrant.Replication;
import io.tierkeeper.lab.workload.PointShape;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.ShardKey;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The layout of a random seed's collection.
 *
 * @param nested whether the tenant field is a path into an object
 * @param index type of the index on it, and of the tenants
 * @param vectors of the points
 * @param fallback its replicas, and how much later a write reaches one than another
 * @param losing whether the last peer with a replica of the fallback loses its latest writes before the first move
 * @param dedicatedReplicas of the dedicated key, 1 or 2
 * @param page number of points that scans of the engine read and write at once
 * @param others points that are not the moved tenant's alone
 */
public record Layout(
    boolean nested,
    TenantIndex index,
    PointShape.Vectors vectors,
    Replication fallback,
    boolean losing,
    int dedicatedReplicas,
    int page,
    Others others) {

  /**
   * Points that are not the moved tenant's alone.
   *
   * @param shared whether a point belongs to the moved tenant and to another one
   * @param stray whether a point of another tenant is in the dedicated key before a demotion
   * @param untagged number of points of no tenant
   */
  public record Others(boolean shared, boolean stray, int untagged) {}

  private static final String NESTED_FIELD = "metadata.tenant_id";
  private static final List<Integer> PAGES = List.of(7, 16, 256);
  private static final int MAX_UNTAGGED = 20;
  private static final int MOST = 8;
  private static final int MOST_LATE = 5;
  /** Beyond the integers that a floating-point number holds exactly. */
  private static final long LARGE_NUMBER = 1L << 53;

  private static final long SALT = 0x6C61796F7574L;

  /** The layout of a seed. */
  public static Layout drawn(long seed) {
    SplittableRandom random = new SplittableRandom(seed ^ SALT);
    TenantIndex[] indexes = TenantIndex.values();
    PointShape.Vectors[] vectors = PointShape.Vectors.values();
    Replication fallback = Replication.drawn(random);
    return new Layout(
        random.nextInt(3) == 0,
        indexes[random.nextInt(indexes.length)],
        vectors[random.nextInt(vectors.length)],
        fallback,
        fallback.replicas() > 1 && random.nextInt(3) == 0,
        random.nextInt(4) == 0 ? 2 : 1,
        PAGES.get(random.nextInt(PAGES.size())),
        new Others(
            random.nextInt(2 * MOST) == 0,
            random.nextInt(MOST) == 0,
            1 + random.nextInt(MAX_UNTAGGED)));
  }

  /** The tenant field, or the path to it. */
  public String tenantField() {
    return nested ? NESTED_FIELD : SceneBuilder.TENANT_FIELD;
  }

  /** The same with one replica of each key. */
  public Layout unreplicated() {
    return new Layout(nested, index, vectors, Replication.NONE, false, 1, page, others);
  }

  /** How many points a promoted tenant may lack until late writes are brought over; a copy of a replica that has lost writes lacks all of these. */
  public long mostLate() {
    return losing ? Long.MAX_VALUE : MOST_LATE;
  }

  public boolean replicated() {
    return fallback.replicas() > 1;
  }

  /** Tenants of the index's type, the first of them the largest. */
  public TenantPopulation population(int tenants, int points) {
    return TenantPopulation.zipf(
        rank -> switch (index) {
          case KEYWORD -> ShardKey.of(rank == 1 ? "acme" : "tenant-%03d".formatted(rank));
          case UUID ->
            ShardKey.of(new UUID(0x6163_6D65_0000_4000L, Long.MIN_VALUE + rank).toString());
          case INTEGER -> ShardKey.of(LARGE_NUMBER + rank);
        },
        tenants,
        points,
        1.0);
  }

  /** Builds the collection with it. */
  public SceneBuilder build(SceneBuilder scene) {
    scene.tenantField(tenantField()).tenantIndex(index).manyFields();
    switch (vectors) {
      case COSINE -> {}
      case EUCLID -> scene.largeVectors();
      case NAMED -> scene.namedVectors();
    }
    if (losing) {
      // That of the last replica shows what is lost there.
      scene.readPeers(1);
    }
    return replicated() ? scene.fallbackReplicas(fallback.replicas()) : scene;
  }

  /** Its parts that matter to every write; each is a column of the report. */
  public List<String> words() {
    return List.of(
        nested ? "nested" : "flat",
        index.name().toLowerCase(Locale.ROOT),
        vectors.name().toLowerCase(Locale.ROOT),
        fallback.replicas() + (replicated() ? " replicas" : " replica"),
        "page " + page);
  }
}
