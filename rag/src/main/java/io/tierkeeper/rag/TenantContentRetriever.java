package io.tierkeeper.rag;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.content.retriever.ContentRetriever;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.RelevanceScore;
import dev.langchain4j.store.embedding.filter.Filter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the passages of one tenant that answer a query: embeds the query, searches in the tenant's points, lets a reranker order the
 * candidates, and returns the best.
 *
 * <pre>{@code
 * TenantContentRetriever retriever = TenantContentRetriever
 *     .builder(TenantEmbeddingStore.of(client, "acme"), embeddingModel)
 *     .reranker(TeiScoringModel.builder("http://reranker:8080").build())
 *     .build();
 * Retrieval found = retriever.retrieval(Query.from("How long may I return goods?"));
 * }</pre>
 *
 * <p>The search reads {@link #DEFAULT_CANDIDATES} x {@link #DEFAULT_OVERSAMPLING} points of a cosine similarity of at least
 * {@link #DEFAULT_SCORE_THRESHOLD}. Points without text and repeated texts are left out; the best {@link #DEFAULT_CANDIDATES} of the
 * others are the candidates, of which {@link #DEFAULT_RESULTS} are returned.
 *
 * <p>Without a reranker, or where it fails, the order is that of the vectors. A {@link Retrieval} says so with the reason, the metadata
 * of each segment say so under {@link Retrieval#ORDER_KEY}, and the failure is logged. A failure of the embedding model or of Qdrant is
 * thrown. Thread-safe if the models are.
 */
public final class TenantContentRetriever implements ContentRetriever {

  /** 20 candidates for the reranker. */
  public static final int DEFAULT_CANDIDATES = 20;

  /** 2 times as many points are read as there are candidates. */
  public static final int DEFAULT_OVERSAMPLING = 2;

  /** 0.5, a cosine similarity: low, since the reranker decides. */
  public static final double DEFAULT_SCORE_THRESHOLD = 0.5;

  /** 5 results. */
  public static final int DEFAULT_RESULTS = 5;

  /** 1,000 candidates. */
  public static final int MAX_CANDIDATES = 1_000;

  /** 10 times as many points. */
  public static final int MAX_OVERSAMPLING = 10;

  private static final Logger LOG = LoggerFactory.getLogger(TenantContentRetriever.class);

  private final TenantEmbeddingStore store;
  private final EmbeddingModel embeddingModel;
  private final @Nullable ScoringModel reranker;
  private final Function<Query, @Nullable Filter> filter;
  private final int candidates;
  private final int oversampling;
  private final double minScore;
  private final int results;

  private TenantContentRetriever(Builder builder) {
    store = builder.store;
    embeddingModel = builder.embeddingModel;
    reranker = builder.reranker;
    filter = builder.filter;
    candidates = builder.candidates;
    oversampling = builder.oversampling;
    minScore = RelevanceScore.fromCosineSimilarity(builder.scoreThreshold);
    results = builder.results;
  }

  /**
   * A retriever with all defaults and no reranker.
   *
   * @param store of the tenant whose passages are found
   * @param embeddingModel the one that embedded them
   */
  public static Builder builder(TenantEmbeddingStore store, EmbeddingModel embeddingModel) {
    return new Builder(store, embeddingModel);
  }

  @Override
  public List<Content> retrieve(Query query) {
    return retrieval(query).contents();
  }

  /** The same, with the order of the contents. */
  public Retrieval retrieval(Query query) {
    List<EmbeddingMatch<TextSegment>> found = candidates(query);
    if (reranker == null) {
      return byVectors(found, "no reranker is configured");
    }
    if (found.isEmpty()) {
      return byVectors(found, "there are no candidates to rerank");
    }
    List<Double> scores;
    try {
      scores = scores(reranker, found, query);
    } catch (RuntimeException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      LOG.warn("The reranker failed; {} results are in the order of the vectors.", results, e);
      return byVectors(
          found,
          "the reranker failed: "
              + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()));
    }
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      order.add(i);
    }
    // Stable: candidates of one score stay in the order of the vectors.
    order.sort(Comparator.comparing(scores::get, Comparator.reverseOrder()));
    return new Retrieval(
        order.stream()
            .limit(results)
            .map(i -> content(found.get(i), Retrieval.Order.RERANKED, scores.get(i)))
            .toList(),
        Retrieval.Order.RERANKED,
        null);
  }

  private List<EmbeddingMatch<TextSegment>> candidates(Query query) {
    List<EmbeddingMatch<TextSegment>> matches =
        store.searchWithoutEmbeddings(EmbeddingSearchRequest.builder()
            .query(query.text())
            .queryEmbedding(embeddingModel.embed(query.text()).content())
            .maxResults(candidates * oversampling)
            .minScore(minScore)
            .filter(filter.apply(query))
            .build());
    Set<String> texts = new HashSet<>();
    return matches.stream()
        .filter(match -> match.embedded() != null && texts.add(match.embedded().text()))
        .limit(candidates)
        .toList();
  }

  private static List<Double> scores(
      ScoringModel reranker, List<EmbeddingMatch<TextSegment>> found, Query query) {
    List<Double> scores = reranker
        .scoreAll(found.stream().map(EmbeddingMatch::embedded).toList(), query.text())
        .content();
    if (scores.size() != found.size()) {
      throw new IllegalStateException(
          "it scored " + scores.size() + " of " + found.size() + " candidates");
    }
    for (Double score : scores) {
      if (score == null || score.isNaN()) {
        throw new IllegalStateException("it scored a candidate with " + score);
      }
    }
    return scores;
  }

  private Retrieval byVectors(List<EmbeddingMatch<TextSegment>> found, String reason) {
    return new Retrieval(
        found.stream()
            .limit(results)
            .map(match -> content(match, Retrieval.Order.VECTOR, null))
            .toList(),
        Retrieval.Order.VECTOR,
        reason);
  }

  private static Content content(
      EmbeddingMatch<TextSegment> match, Retrieval.Order order, @Nullable Double reranked) {
    Map<ContentMetadata, Object> about = new EnumMap<>(ContentMetadata.class);
    about.put(ContentMetadata.SCORE, match.score());
    about.put(ContentMetadata.EMBEDDING_ID, match.embeddingId());
    if (reranked != null) {
      about.put(ContentMetadata.RERANKED_SCORE, reranked);
    }
    Metadata metadata = match.embedded().metadata().copy().put(Retrieval.ORDER_KEY, order.label());
    return Content.from(TextSegment.from(match.embedded().text(), metadata), about);
  }

  /** Configures a retriever. */
  public static final class Builder {

    private final TenantEmbeddingStore store;
    private final EmbeddingModel embeddingModel;
    private @Nullable ScoringModel reranker;
    private Function<Query, @Nullable Filter> filter = query -> null;
    private int candidates = DEFAULT_CANDIDATES;
    private int oversampling = DEFAULT_OVERSAMPLING;
    private double scoreThreshold = DEFAULT_SCORE_THRESHOLD;
    private int results = DEFAULT_RESULTS;

    private Builder(TenantEmbeddingStore store, EmbeddingModel embeddingModel) {
      this.store = store;
      this.embeddingModel = embeddingModel;
    }

    /** Orders the candidates; none by default. */
    public Builder reranker(ScoringModel model) {
      this.reranker = model;
      return this;
    }

    /** Only passages whose metadata match; none by default. It narrows within the tenant. */
    public Builder filter(Filter narrower) {
      return dynamicFilter(query -> narrower);
    }

    /** The same for each query; null for none. */
    public Builder dynamicFilter(Function<Query, @Nullable Filter> narrower) {
      this.filter = narrower;
      return this;
    }

    /** The most passages that the reranker scores, 1 to {@value #MAX_CANDIDATES}; {@value #DEFAULT_CANDIDATES}. */
    public Builder candidates(int most) {
      this.candidates = within("candidates", most, 1, MAX_CANDIDATES);
      return this;
    }

    /** How many points are read for each candidate, 1 to {@value #MAX_OVERSAMPLING}; {@value #DEFAULT_OVERSAMPLING}. */
    public Builder oversampling(int factor) {
      this.oversampling = within("oversampling", factor, 1, MAX_OVERSAMPLING);
      return this;
    }

    /** The least cosine similarity of a passage, -1 to 1; {@value #DEFAULT_SCORE_THRESHOLD}. */
    public Builder scoreThreshold(double least) {
      if (!(least >= -1 && least <= 1)) {
        throw new IllegalArgumentException("scoreThreshold is " + least + ", allowed: -1 to 1");
      }
      this.scoreThreshold = least;
      return this;
    }

    /** The most passages that are returned, at most as many as candidates; {@value #DEFAULT_RESULTS}. */
    public Builder results(int most) {
      this.results = within("results", most, 1, MAX_CANDIDATES);
      return this;
    }

    /** @throws IllegalArgumentException if there are more results than candidates */
    public TenantContentRetriever build() {
      within("results", results, 1, candidates);
      return new TenantContentRetriever(this);
    }

    private static int within(String field, int value, int min, int max) {
      if (value < min || value > max) {
        throw new IllegalArgumentException(
            field + " is " + value + ", allowed: " + min + " to " + max);
      }
      return value;
    }
  }
}
