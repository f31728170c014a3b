package io.tierkeeper.rag;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchResult;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import io.tierkeeper.client.BatchOptions;
import io.tierkeeper.client.BatchWriter;
import io.tierkeeper.client.Distance;
import io.tierkeeper.client.Point;
import io.tierkeeper.client.PointId;
import io.tierkeeper.client.ScoredPoint;
import io.tierkeeper.client.Search;
import io.tierkeeper.client.Shown;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.client.TenantPoints;
import io.tierkeeper.client.VectorData;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The segments of one tenant of a tiered collection. There is no store without a tenant, and none that sees two: each call is one of
 * {@link TenantPoints}, so a filter or an id can only narrow down what is the tenant's. Thread-safe; fails with a
 * {@code TenantClientException} where Qdrant does.
 *
 * <pre>{@code
 * TenantEmbeddingStore acme = TenantEmbeddingStore.of(client, "acme");
 * acme.addAll(embeddingModel.embedAll(segments).content(), segments);
 * acme.removeAll(MetadataFilterBuilder.metadataKey("source").isEqualTo("handbook.pdf"));
 * }</pre>
 *
 * <p>Metadata are payload fields of their own; the text is in {@link #DEFAULT_TEXT_FIELD}, as LangChain4j's own store for Qdrant has
 * it. Ids are given back as they were given; texts that are no UUID or number are stored as {@link PointId.Text}. Scores are
 * LangChain4j's relevance scores: {@code (cosine similarity + 1) / 2}.
 */
public final class TenantEmbeddingStore implements EmbeddingStore<TextSegment> {

  /** {@code text_segment}, the payload field of the text. */
  public static final String DEFAULT_TEXT_FIELD = "text_segment";

  /** Less than any cosine similarity, so that a threshold of the client's configuration does not apply. */
  private static final float NO_THRESHOLD = -2;

  private static final String RESERVED_FIELD = "tierkeeper_";

  private final TenantPoints points;
  private final String vectorName;
  private final Segments segments;

  private TenantEmbeddingStore(Builder builder) {
    this.points = builder.points;
    this.vectorName = builder.vectorName;
    this.segments = new Segments(builder.textField);
  }

  /** The store of a tenant whose value in the tenant field is a text, with all defaults. */
  public static TenantEmbeddingStore of(TenantClient client, String tenant) {
    return builder(client, tenant).build();
  }

  /** The store of a tenant whose value in the tenant field is a number, with all defaults. */
  public static TenantEmbeddingStore of(TenantClient client, long tenant) {
    return builder(client, tenant).build();
  }

  /**
   * A store of a tenant whose value in the tenant field is a text.
   *
   * @throws io.tierkeeper.client.TenantClientException.InvalidRequest if no tenant can have this value
   */
  public static Builder builder(TenantClient client, String tenant) {
    return new Builder(client, client.forTenant(tenant));
  }

  /**
   * A store of a tenant whose value in the tenant field is a number.
   *
   * @throws io.tierkeeper.client.TenantClientException.InvalidRequest if it is negative
   */
  public static Builder builder(TenantClient client, long tenant) {
    return new Builder(client, client.forTenant(tenant));
  }

  // ---- writing

  @Override
  public String add(Embedding embedding) {
    return addAll(List.of(embedding)).get(0);
  }

  @Override
  public void add(String id, Embedding embedding) {
    addAll(List.of(id), List.of(embedding), null);
  }

  @Override
  public String add(Embedding embedding, TextSegment segment) {
    return addAll(List.of(embedding), List.of(segment)).get(0);
  }

  @Override
  public List<String> addAll(List<Embedding> embeddings) {
    List<String> ids = generateIds(embeddings.size());
    addAll(ids, embeddings, null);
    return ids;
  }

  /**
   * Writes points in batches and waits until they can be read; points of the tenant that have one of the ids are replaced. Nothing is
   * written if an argument is wrong. After another failure some batches may have been written; the same call may be repeated.
   *
   * @param ids null for none
   * @param embeddings null for none
   * @param segments null, or with null for points without text
   * @throws IllegalArgumentException if the lists differ in length, an id is blank, or metadata have the field of the text
   * @throws io.tierkeeper.client.TenantClientException.IdConflict if another tenant has one of the ids
   */
  @Override
  public void addAll(
      @Nullable List<String> ids,
      @Nullable List<Embedding> embeddings,
      @Nullable List<@Nullable TextSegment> segments) {
    List<String> names = ids == null ? List.of() : ids;
    List<Embedding> vectors = embeddings == null ? List.of() : embeddings;
    requireSame("ids", names.size(), "embeddings", vectors.size());
    if (segments != null) {
      requireSame("embeddings", vectors.size(), "embedded", segments.size());
    }
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      points.add(new Point(
          Segments.pointId(names.get(i)),
          Map.of(vectorName, VectorData.dense(vectors.get(i).vector())),
          this.segments.payload(segments == null ? null : segments.get(i))));
    }
    try (BatchWriter writer = this.points.batchWriter(BatchOptions.DEFAULT)) {
      points.forEach(writer::add);
    }
  }

  private static void requireSame(String left, int size, String right, int otherSize) {
    if (size != otherSize) {
      throw new IllegalArgumentException(
          left + " size (" + size + ") is not equal to " + right + " size (" + otherSize + ")");
    }
  }

  /**
   * Removes points of the tenant; an id that is not there, or is another tenant's, is ignored.
   *
   * @throws IllegalArgumentException if there are no ids; {@link #removeAll()} removes everything
   */
  @Override
  public void removeAll(@Nullable Collection<String> ids) {
    if (ids == null || ids.isEmpty()) {
      throw new IllegalArgumentException("ids cannot be null or empty");
    }
    points.delete(ids.stream().map(Segments::pointId).toList());
  }

  /** Removes one point of the tenant; an id that is not there, or is another tenant's, is ignored. */
  @Override
  public void remove(@Nullable String id) {
    points.delete(List.of(Segments.pointId(id)));
  }

  /**
   * Removes the points of the tenant that match.
   *
   * @throws UnsupportedOperationException if Qdrant has no condition of this meaning
   */
  @Override
  public void removeAll(@Nullable Filter filter) {
    if (filter == null) {
      throw new IllegalArgumentException("filter cannot be null");
    }
    points.deleteMatching(MetadataFilters.of(filter));
  }

  /** Removes all points of the tenant; other tenants keep theirs. */
  @Override
  public void removeAll() {
    points.deleteAll();
  }

  // ---- reading

  /**
   * The points of the tenant nearest to the query's embedding. The text of the query is not used.
   *
   * @throws UnsupportedOperationException if Qdrant has no condition of the filter's meaning
   */
  @Override
  public EmbeddingSearchResult<TextSegment> search(EmbeddingSearchRequest request) {
    Shown shown =
        vectorName.equals(Point.UNNAMED) ? Shown.ALL : Shown.PAYLOAD.andVectors(vectorName);
    return new EmbeddingSearchResult<>(matches(request, shown));
  }

  /** The same without the embeddings of the results, which cost more to read than the texts. */
  List<EmbeddingMatch<TextSegment>> searchWithoutEmbeddings(EmbeddingSearchRequest request) {
    return matches(request, Shown.PAYLOAD);
  }

  private List<EmbeddingMatch<TextSegment>> matches(EmbeddingSearchRequest request, Shown shown) {
    Search search = Search.nearest(request.queryEmbedding().vector())
        .using(vectorName)
        .limit(request.maxResults())
        .scoreThreshold(
            request.minScore() <= 0 ? NO_THRESHOLD : (float) (2 * request.minScore() - 1))
        .show(shown);
    if (request.filter() != null) {
      search = search.filter(MetadataFilters.of(request.filter()));
    }
    return points.search(search).stream().map(this::match).toList();
  }

  private EmbeddingMatch<TextSegment> match(ScoredPoint point) {
    Embedding embedding = point.vectors().get(vectorName) instanceof VectorData.Dense dense
        ? Embedding.from(dense.values())
        : null;
    // A score can exceed 1 by the rounding of single precision.
    double score = Math.max(0, Math.min(1, RelevanceScore.fromCosineSimilarity(point.score())));
    return new EmbeddingMatch<>(
        score, point.id().toString(), embedding, segments.segment(point.payload()));
  }

  /** Configures a store. */
  public static final class Builder {

    private final TenantClient client;
    private final TenantPoints points;
    private String vectorName = Point.UNNAMED;
    private String textField = DEFAULT_TEXT_FIELD;

    private Builder(TenantClient client, TenantPoints points) {
      this.client = client;
      this.points = points;
    }

    /** The vector that holds the embeddings; the unnamed one by default. A collection with named vectors needs the name. */
    public Builder vectorName(String name) {
      this.vectorName = name;
      return this;
    }

    /** The payload field that holds the text; {@link TenantEmbeddingStore#DEFAULT_TEXT_FIELD}. Not a path: a dot is part of the name. */
    public Builder textField(String field) {
      this.textField = field;
      return this;
    }

    /**
     * @throws IllegalArgumentException if the field of the text is blank, reserved or the tenant's, or if the client's configuration
     *     has a distance whose scores are no cosine similarities
     */
    public TenantEmbeddingStore build() {
      String tenantField = client.config().tenantField();
      if (textField.isBlank()
          || textField.startsWith(RESERVED_FIELD)
          || textField.equals(tenantField.split("\\.")[0])) {
        throw new IllegalArgumentException("textField is \"" + textField
            + "\"; allowed: a payload field other than the tenant's (" + tenantField
            + ") whose name does not begin with " + RESERVED_FIELD);
      }
      Distance distance = client.config().distance();
      if (distance != Distance.COSINE && distance != Distance.DOT) {
        throw new IllegalArgumentException("distance of the client's configuration is " + distance
            + "; allowed: COSINE, or DOT with normalised vectors, since relevance scores are"
            + " computed from cosine similarities");
      }
      return new TenantEmbeddingStore(this);
    }
  }
}
