package io.tierkeeper.client;

import io.qdrant.client.grpc.Common.Filter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to search for among the points of a tenant. Immutable: each method returns a changed copy.
 *
 * <pre>{@code
 * Search nearest = Search.nearest(0.1f, 0.2f, 0.3f, 0.4f).limit(5).scoreThreshold(0.7f);
 * Search hybrid = Search.fusion(
 *     Search.Fusion.RRF,
 *     Search.nearest(0.1f, 0.2f, 0.3f, 0.4f).using("dense").limit(50),
 *     Search.nearest(VectorData.sparse(new int[] {7, 42}, new float[] {0.5f, 0.25f})).using("words").limit(50));
 * }</pre>
 */
public final class Search {

  /** How the results of several searches become one. */
  public enum Fusion {
    /** Reciprocal rank fusion. */
    RRF,
    /** Distribution-based score fusion. */
    DBSF
  }

  /**
   * How Qdrant searches; null leaves a setting to the server.
   *
   * @param hnswEf size of the beam in the graph, at least 1
   * @param exact whether to compare with every point instead
   * @param rescore whether to compute the scores of quantised vectors again from the original ones
   * @param oversampling how many times the limit to preselect from quantised vectors, at least 1
   * @param indexedOnly whether to search only what is indexed already
   */
  public record Params(
      @Nullable Integer hnswEf,
      @Nullable Boolean exact,
      @Nullable Boolean rescore,
      @Nullable Double oversampling,
      @Nullable Boolean indexedOnly) {

    /** All settings left to the server. */
    public static final Params DEFAULT = new Params(null, null, null, null, null);

    /** @throws TenantClientException.InvalidRequest if a number is out of its range */
    public Params {
      if (hnswEf != null && hnswEf < 1) {
        throw new TenantClientException.InvalidRequest(
            "hnswEf is " + hnswEf + ", allowed: 1 and more", null);
      }
      if (oversampling != null && !(oversampling >= 1 && oversampling < Double.POSITIVE_INFINITY)) {
        throw new TenantClientException.InvalidRequest(
            "oversampling is " + oversampling + ", allowed: 1 and more", null);
      }
    }

    public Params withHnswEf(int value) {
      return new Params(value, exact, rescore, oversampling, indexedOnly);
    }

    public Params withExact(boolean value) {
      return new Params(hnswEf, value, rescore, oversampling, indexedOnly);
    }

    public Params withRescore(boolean value) {
      return new Params(hnswEf, exact, value, oversampling, indexedOnly);
    }

    public Params withOversampling(double value) {
      return new Params(hnswEf, exact, rescore, value, indexedOnly);
    }

    public Params withIndexedOnly(boolean value) {
      return new Params(hnswEf, exact, rescore, oversampling, value);
    }
  }

  final @Nullable VectorData vector;
  final @Nullable PointId like;
  final @Nullable Fusion fusion;
  final List<Search> parts;
  private Fields fields = new Fields();

  /** What the methods change. */
  private static final class Fields {
    private String using = Point.UNNAMED;
    private @Nullable Filter filter;
    private @Nullable Integer limit;
    private int offset;
    private @Nullable Float scoreThreshold;
    private Params params = Params.DEFAULT;
    private Shown shown = Shown.PAYLOAD;
  }

  private Search(
      @Nullable VectorData vector,
      @Nullable PointId like,
      @Nullable Fusion fusion,
      List<Search> parts) {
    this.vector = vector;
    this.like = like;
    this.fusion = fusion;
    this.parts = parts;
  }

  /** The points nearest to a dense vector. */
  public static Search nearest(float... vector) {
    return nearest(VectorData.dense(vector));
  }

  /** The points nearest to a vector of any kind. */
  public static Search nearest(VectorData vector) {
    return new Search(vector, null, null, List.of());
  }

  /**
   * The points nearest to one of the tenant's own points, without that point. Costs a second call, which reads its vector: Qdrant
   * itself would take the vector of any tenant's point.
   */
  public static Search like(PointId id) {
    return new Search(null, id, null, List.of());
  }

  /**
   * A hybrid search: the results of several searches as one. The limit of each part says how many of its results take part.
   *
   * @param parts two or more, which are no fusions
   * @throws TenantClientException.InvalidRequest if there are fewer, or one of them is a fusion or has an offset
   */
  public static Search fusion(Fusion method, Search... parts) {
    List<Search> all = List.of(parts);
    if (all.size() < 2) {
      throw new TenantClientException.InvalidRequest(
          "a fusion has " + all.size() + " parts, allowed: 2 and more", null);
    }
    for (Search part : all) {
      if (part.fusion != null || part.offset() != 0) {
        throw new TenantClientException.InvalidRequest(
            "a part of a fusion is a fusion itself or has an offset", null);
      }
    }
    return new Search(null, null, method, all);
  }

  /** The name of the vector to compare with; the unnamed one by default. */
  public Search using(String vectorName) {
    Search copy = copy();
    copy.fields.using = vectorName;
    return copy;
  }

  /** Only points that match; none by default. {@code io.qdrant.client.ConditionFactory} makes conditions. */
  public Search filter(Filter narrower) {
    Search copy = copy();
    copy.fields.filter = narrower;
    return copy;
  }

  /** The greatest number of results; {@link ClientConfig#searchLimit()} by default. */
  public Search limit(int max) {
    if (max < 1) {
      throw new TenantClientException.InvalidRequest(
          "limit is " + max + ", allowed: 1 and more", null);
    }
    Search copy = copy();
    copy.fields.limit = max;
    return copy;
  }

  /** How many results to leave out at the beginning. */
  public Search offset(int skipped) {
    if (skipped < 0) {
      throw new TenantClientException.InvalidRequest(
          "offset is " + skipped + ", allowed: 0 and more", null);
    }
    Search copy = copy();
    copy.fields.offset = skipped;
    return copy;
  }

  /**
   * Only results of this score or better; {@link ClientConfig#scoreThreshold()} by default, except for a fusion and its parts, whose
   * scores have another meaning.
   */
  public Search scoreThreshold(float worst) {
    if (Float.isNaN(worst)) {
      throw new TenantClientException.InvalidRequest("scoreThreshold is NaN", null);
    }
    Search copy = copy();
    copy.fields.scoreThreshold = worst;
    return copy;
  }

  /** How Qdrant searches. */
  public Search params(Params settings) {
    Search copy = copy();
    copy.fields.params = settings;
    return copy;
  }

  /** What is read of each result; the payload by default. */
  public Search show(Shown parts) {
    Search copy = copy();
    copy.fields.shown = parts;
    return copy;
  }

  String using() {
    return fields.using;
  }

  @Nullable
  Filter filter() {
    return fields.filter;
  }

  int limitOr(int byDefault) {
    return fields.limit == null ? byDefault : fields.limit;
  }

  int offset() {
    return fields.offset;
  }

  @Nullable
  Float scoreThreshold() {
    return fields.scoreThreshold;
  }

  Params params() {
    return fields.params;
  }

  Shown shown() {
    return fields.shown;
  }

  /** The ids of points whose vectors have to be read first. */
  List<Search> likes() {
    List<Search> likes = new ArrayList<>();
    if (like != null) {
      likes.add(this);
    }
    parts.forEach(part -> likes.addAll(part.likes()));
    return likes;
  }

  private Search copy() {
    return copyOf(vector, like, parts);
  }

  /** The same search with other inputs. */
  Search copyOf(@Nullable VectorData newVector, @Nullable PointId newLike, List<Search> newParts) {
    Search copy = new Search(newVector, newLike, fusion, newParts);
    Fields changed = new Fields();
    changed.using = fields.using;
    changed.filter = fields.filter;
    changed.limit = fields.limit;
    changed.offset = fields.offset;
    changed.scoreThreshold = fields.scoreThreshold;
    changed.params = fields.params;
    changed.shown = fields.shown;
    copy.fields = changed;
    return copy;
  }
}
