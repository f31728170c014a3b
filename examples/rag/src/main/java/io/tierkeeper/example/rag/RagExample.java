package io.tierkeeper.example.rag;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import io.tierkeeper.client.ClientConfig;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.rag.Retrieval;
import io.tierkeeper.rag.tei.TeiEmbeddingModel;
import io.tierkeeper.rag.tei.TeiScoringModel;
import java.io.PrintStream;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Two tenants have a handbook each. The one is promoted while its users ask, and they notice nothing. The embedding model runs in this
 * process; {@code TEI_EMBED_URL} and {@code TEI_RERANK_URL} use servers of Text Embeddings Inference instead.
 */
public final class RagExample {

  private static final String COLLECTION = "handbooks";
  private static final String PROMOTED = "acme";
  private static final String OTHER = "globex";

  /** Between two questions during the promotion. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  static final String QUESTION = "How long do I have to send something back?";

  /**
   * What happened.
   *
   * @param before the passages that answered before the promotion
   * @param asked how often the question was asked during the promotion
   * @param same how often it had the same passages
   * @param after the passages after it
   * @param other those of the other tenant
   */
  record Outcome(Retrieval before, int asked, int same, Retrieval after, Retrieval other) {}

  private RagExample() {}

  public static void main(String[] args) throws Exception {
    run(System.getenv(), System.out);
  }

  static Outcome run(Map<String, String> environment, PrintStream out) throws Exception {
    EmbeddingModel embedder = embedder(environment.get("TEI_EMBED_URL"));
    ScoringModel reranker = reranker(environment.get("TEI_RERANK_URL"));
    try (Stage stage = Stage.start(environment);
        TenantClient client = TenantClient.connect(ClientConfig.builder(COLLECTION)
            .url(stage.endpoints().stream().map(URI::toString).collect(Collectors.joining(",")))
            .vectorSize(embedder.dimension())
            .build())) {
      client.collection().create();
      Assistant acme = new Assistant(client, PROMOTED, embedder, reranker);
      Assistant globex = new Assistant(client, OTHER, embedder, reranker);
      out.printf("Qdrant: %s%n", stage.description());
      out.printf("Stored %d passages of %s", acme.learn("acme.txt"), PROMOTED);
      out.printf(" and %d of %s, in one collection.%n%n", globex.learn("globex.txt"), OTHER);

      Retrieval before = acme.answer(QUESTION);
      print(out, PROMOTED, before);
      out.printf("Promotion of %s into a shard of its own:", PROMOTED);
      FutureTask<Void> promotion = new FutureTask<>(
          () -> stage.promote(COLLECTION, PROMOTED, step -> out.printf(" %s", step)), null);
      Thread operator = new Thread(promotion, "operator");
      operator.setDaemon(true);
      operator.start();
      int asked = 0;
      int same = 0;
      while (operator.isAlive()) {
        asked++;
        same += texts(acme.answer(QUESTION)).equals(texts(before)) ? 1 : 0;
        operator.join(PAUSE.toMillis());
      }
      promotion.get();
      out.printf(
          "%nThe question was asked %d times meanwhile; %d times the passages were the same.%n%n",
          asked, same);
      Retrieval after = acme.answer(QUESTION);
      print(out, PROMOTED, after);
      Retrieval other = globex.answer(QUESTION);
      print(out, OTHER, other);
      return new Outcome(before, asked, same, after, other);
    }
  }

  private static EmbeddingModel embedder(@Nullable String url) {
    return url == null
        ? new AllMiniLmL6V2QuantizedEmbeddingModel()
        : TeiEmbeddingModel.builder(url).build();
  }

  private static @Nullable ScoringModel reranker(@Nullable String url) {
    return url == null ? null : TeiScoringModel.builder(url).build();
  }

  static List<String> texts(Retrieval found) {
    return found.contents().stream()
        .map(Content::textSegment)
        .map(TextSegment::text)
        .toList();
  }

  private static void print(PrintStream out, String tenant, Retrieval found) {
    out.printf("%s: %s%n", tenant, QUESTION);
    ContentMetadata score =
        found.isReranked() ? ContentMetadata.RERANKED_SCORE : ContentMetadata.SCORE;
    for (Content content : found.contents()) {
      out.printf(
          Locale.ROOT,
          "  %.2f  %s  %s%n",
          (Double) content.metadata().get(score),
          content.metadata().get(ContentMetadata.EMBEDDING_ID),
          content.textSegment().text());
    }
    out.printf(
        "  These are the passages; no model has written an answer. Order: %s%s%n%n",
        found.order().label(), found.isReranked() ? "" : ", since " + found.reason());
  }
}
