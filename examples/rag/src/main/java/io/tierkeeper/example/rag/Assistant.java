package io.tierkeeper.example.rag;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.query.Query;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.rag.Retrieval;
import io.tierkeeper.rag.TenantContentRetriever;
import io.tierkeeper.rag.TenantEmbeddingStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What an application has: the documents of one tenant, and the passages that answer a question. It knows nothing of tiers. */
final class Assistant {

  /** Less than the default: the similarities of the example's model, which is small, are lower than those of a big one. */
  private static final double SCORE_THRESHOLD = 0.3;

  private final TenantEmbeddingStore store;
  private final EmbeddingModel embeddingModel;
  private final TenantContentRetriever retriever;

  /** @param reranker null for none */
  Assistant(
      TenantClient client,
      String tenant,
      EmbeddingModel embeddingModel,
      @Nullable ScoringModel reranker) {
    this.store = TenantEmbeddingStore.of(client, tenant);
    this.embeddingModel = embeddingModel;
    TenantContentRetriever.Builder retriever =
        TenantContentRetriever.builder(store, embeddingModel).scoreThreshold(SCORE_THRESHOLD);
    this.retriever = (reranker == null ? retriever : retriever.reranker(reranker)).build();
  }

  /**
   * Stores a document, each paragraph as a passage. Storing it again replaces the passages, since their ids are made of the document's
   * name and their number.
   *
   * @return the number of passages
   */
  int learn(String document) {
    List<String> ids = new ArrayList<>();
    List<TextSegment> passages = new ArrayList<>();
    for (String paragraph : read(document).split("\\R{2,}")) {
      int number = passages.size() + 1;
      ids.add(document + "#" + number);
      passages.add(TextSegment.from(
          paragraph.strip(), Metadata.from(Map.of("source", document, "passage", number))));
    }
    store.addAll(ids, embeddingModel.embedAll(passages).content(), passages);
    return passages.size();
  }

  /** The passages that answer a question. There is no generative model: they are the answer. */
  Retrieval answer(String question) {
    return retriever.retrieval(Query.from(question));
  }

  private static String read(String document) {
    try (InputStream in = Objects.requireNonNull(
        Assistant.class.getResourceAsStream("/handbooks/" + document), document)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
