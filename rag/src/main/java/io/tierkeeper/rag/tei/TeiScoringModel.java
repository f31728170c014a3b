package io.tierkeeper.rag.tei;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reranker behind {@code POST /rerank} of Text Embeddings Inference (TEI). Thread-safe; fails as {@link TeiEmbeddingModel} does.
 *
 * <pre>{@code
 * ScoringModel reranker = TeiScoringModel.builder("http://reranker:8080").timeout(Duration.ofSeconds(5)).build();
 * }</pre>
 *
 * <p>A score depends on the query and its text alone, so scores of several calls can be compared.
 */
public final class TeiScoringModel implements ScoringModel {

  /** 30 s. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(30);

  private final TeiCalls calls;

  private TeiScoringModel(Builder builder) {
    calls = new TeiCalls(builder, "/rerank");
  }

  /**
   * A reranker with all defaults.
   *
   * @param url of the server, without {@code /rerank}
   * @throws IllegalArgumentException if it is no URL of a server
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  /** How well each segment answers the query, from 0 to 1, in the order of the segments. */
  @Override
  public Response<List<Double>> scoreAll(List<TextSegment> segments, String query) {
    List<Double> scores = new ArrayList<>();
    for (List<String> texts : calls.batches(segments)) {
      scores.addAll(scores(calls.post(Map.of("query", query, "texts", texts)), texts.size()));
    }
    return Response.from(scores);
  }

  /** The server answers in the order of the scores. */
  private List<Double> scores(JsonNode answer, int texts) {
    if (!answer.isArray() || answer.size() != texts) {
      throw calls.unexpected(
          answer.size() + " scores for " + texts + " texts (" + answer.getNodeType() + ")");
    }
    @Nullable Double[] scores = new Double[texts];
    for (JsonNode each : answer) {
      JsonNode index = each.path("index");
      JsonNode score = each.path("score");
      if (!index.isInt()
          || index.intValue() < 0
          || index.intValue() >= texts
          || scores[index.intValue()] != null
          || !score.isNumber()) {
        throw calls.unexpected(
            "index " + index + " with score " + score + " for " + texts + " texts");
      }
      scores[index.intValue()] = score.doubleValue();
    }
    return Arrays.asList(scores);
  }

  /** Configures a reranker. */
  public static final class Builder extends TeiBuilder<Builder> {

    private Builder(String url) {
      super(url, DEFAULT_TIMEOUT);
    }

    @Override
    Builder self() {
      return this;
    }

    public TeiScoringModel build() {
      return new TeiScoringModel(this);
    }
  }
}
