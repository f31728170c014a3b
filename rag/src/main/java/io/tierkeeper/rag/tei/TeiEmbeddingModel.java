package io.tierkeeper.rag.tei;

import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.DimensionAwareEmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An embedding model behind {@code POST /embed} of Text Embeddings Inference (TEI). Thread-safe.
 *
 * <pre>{@code
 * EmbeddingModel model = TeiEmbeddingModel.builder("http://embedder:8080").dimension(1024).build();
 * }</pre>
 *
 * <p>Fails with LangChain4j's exceptions: {@code RateLimitException} (429), {@code InvalidRequestException} (400, 413, 422),
 * {@code AuthenticationException} (401, 403), {@code ModelNotFoundException} (404), {@code InternalServerException} (424, 5xx),
 * {@code TimeoutException}; {@link TeiUnreachableException} without a connection, and {@link TeiAnswerException} for an answer that is none.
 */
public final class TeiEmbeddingModel extends DimensionAwareEmbeddingModel {

  /** A minute. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private final TeiCalls calls;
  private final @Nullable Integer expected;

  private TeiEmbeddingModel(Builder builder) {
    calls = new TeiCalls(builder, "/embed");
    expected = builder.dimension;
  }

  /**
   * A model with all defaults.
   *
   * @param url of the server, without {@code /embed}
   * @throws IllegalArgumentException if it is no URL of a server
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  @Override
  protected @Nullable Integer knownDimension() {
    return expected;
  }

  /** Embeds the segments in their order, in as many calls as it takes. */
  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    List<Embedding> embeddings = new ArrayList<>();
    for (List<String> texts : calls.batches(segments)) {
      JsonNode answer = calls.post(Map.of("inputs", texts));
      if (!answer.isArray() || answer.size() != texts.size()) {
        throw calls.unexpected(answer.size() + " vectors for " + texts.size() + " texts ("
            + answer.getNodeType() + ")");
      }
      answer.forEach(vector -> embeddings.add(embedding(vector)));
    }
    requireOneSize(embeddings);
    return Response.from(embeddings);
  }

  private Embedding embedding(JsonNode vector) {
    float[] values = new float[vector.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = vector.path(i);
      if (!value.isNumber()) {
        throw calls.unexpected("a vector with " + value.getNodeType() + " at position " + i);
      }
      values[i] = value.floatValue();
      if (!Float.isFinite(values[i])) {
        throw calls.unexpected("a vector with " + value + " at position " + i);
      }
    }
    return Embedding.from(values);
  }

  private void requireOneSize(List<Embedding> embeddings) {
    for (Embedding embedding : embeddings) {
      int size = expected == null ? embeddings.get(0).dimension() : expected;
      if (embedding.dimension() == 0 || embedding.dimension() != size) {
        throw calls.unexpected(
            "a vector of " + embedding.dimension() + " dimensions instead of " + size);
      }
    }
  }

  /** Configures an embedding model. */
  public static final class Builder extends TeiBuilder<Builder> {

    private @Nullable Integer dimension;

    private Builder(String url) {
      super(url, DEFAULT_TIMEOUT);
    }

    @Override
    Builder self() {
      return this;
    }

    /** The dimensions of the model's vectors; other vectors are refused. By default the model asks the server by embedding a word. */
    public Builder dimension(int dimensions) {
      if (dimensions < 1) {
        throw new IllegalArgumentException("dimension is " + dimensions + ", allowed: 1 and more");
      }
      this.dimension = dimensions;
      return this;
    }

    public TeiEmbeddingModel build() {
      return new TeiEmbeddingModel(this);
    }
  }
}
