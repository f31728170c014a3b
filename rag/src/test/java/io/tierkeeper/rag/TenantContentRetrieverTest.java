package io.tierkeeper.rag;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.InstanceOfAssertFactories.DOUBLE;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.exception.RetriableException;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import dev.langchain4j.model.scoring.ScoringModel;
import dev.langchain4j.rag.content.Content;
import dev.langchain4j.rag.content.ContentMetadata;
import dev.langchain4j.rag.query.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The pipeline: what is read, what the reranker sees, and which order the results have with and without it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TenantContentRetrieverTest {

  private static final int DIMENSIONS = WordVectors.DIMENSIONS;
  private static final Query QUERY = Query.from("question");

  /** Embeds every query as the first axis, so that the points of {@link #at} have the similarity that they are named by. */
  private static final EmbeddingModel MODEL = new EmbeddingModel() {
    @Override
    public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
      return Response.from(Collections.nCopies(segments.size(), at(1)));
    }
  };

  /** Prefers what the vectors like least. */
  private static final ScoringModel REVERSE = (segments, query) ->
      Response.from(IntStream.range(0, segments.size()).mapToObj(i -> i / 100.0).toList());

  private RagRig rig;
  private TenantEmbeddingStore store;

  @BeforeAll
  void start() {
    rig = RagRig.start();
    store = TenantEmbeddingStore.of(rig.client, "acme");
  }

  @AfterAll
  void stop() {
    rig.close();
  }

  @BeforeEach
  void empty() {
    store.removeAll();
  }

  /** A vector of this cosine similarity to the query. */
  private static Embedding at(double similarity) {
    float[] vector = new float[DIMENSIONS];
    vector[0] = (float) similarity;
    vector[1] = (float) Math.sqrt(1 - similarity * similarity);
    return Embedding.from(vector);
  }

  private void add(double similarity, String text) {
    store.add(at(similarity), TextSegment.from(text, Metadata.from("lang", "en")));
  }

  /** Passages p0, p1, and so on, each less similar than the one before, down to the similarity. */
  private void addPassages(int number, double least) {
    List<Embedding> embeddings = new ArrayList<>();
    List<TextSegment> segments = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      embeddings.add(at(1 - i * (1 - least) / (number - 1)));
      segments.add(TextSegment.from("p" + i, Metadata.from("lang", "en")));
    }
    store.addAll(embeddings, segments);
  }

  private TenantContentRetriever.Builder retriever() {
    return TenantContentRetriever.builder(store, MODEL);
  }

  private static List<String> texts(List<Content> contents) {
    return contents.stream().map(content -> content.textSegment().text()).toList();
  }

  @Test
  void reranksTwentyCandidatesToFiveResults() {
    addPassages(60, 0.6);
    AtomicReference<List<String>> seen = new AtomicReference<>();
    Retrieval found = retriever()
        .reranker((segments, query) -> {
          assertThat(query).isEqualTo("question");
          seen.set(segments.stream().map(TextSegment::text).toList());
          return REVERSE.scoreAll(segments, query);
        })
        .build()
        .retrieval(QUERY);
    assertThat(seen.get())
        .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "p" + i).toList());
    assertThat(texts(found.contents())).containsExactly("p19", "p18", "p17", "p16", "p15");
    assertThat(found.isReranked()).isTrue();
    assertThat(found.reason()).isNull();
    assertThat(found.contents().get(0)).satisfies(best -> {
      assertThat(best.textSegment().metadata().getString("lang")).isEqualTo("en");
      assertThat(best.textSegment().metadata().getString(Retrieval.ORDER_KEY))
          .isEqualTo("reranked");
      assertThat(best.metadata()).containsEntry(ContentMetadata.RERANKED_SCORE, 0.19);
      assertThat(best.metadata().get(ContentMetadata.SCORE))
          .asInstanceOf(DOUBLE)
          .isBetween(0.9, 1.0);
      assertThat(best.metadata()).containsKey(ContentMetadata.EMBEDDING_ID);
    });
  }

  @Test
  void returnsTheOrderOfTheVectorsWithoutAReranker() {
    addPassages(60, 0.6);
    Retrieval found = retriever().build().retrieval(QUERY);
    assertThat(texts(found.contents())).containsExactly("p0", "p1", "p2", "p3", "p4");
    requireVectorOrder(found, "no reranker is configured");
  }

  private static void requireVectorOrder(Retrieval found, String reason) {
    assertThat(found.isReranked()).isFalse();
    assertThat(found.order()).isEqualTo(Retrieval.Order.VECTOR);
    assertThat(found.reason()).isEqualTo(reason);
    assertThat(found.contents()).allSatisfy(content -> {
      assertThat(content.textSegment().metadata().getString(Retrieval.ORDER_KEY))
          .isEqualTo("vector");
      assertThat(content.metadata()).doesNotContainKey(ContentMetadata.RERANKED_SCORE);
    });
  }

  @Test
  void returnsTheOrderOfTheVectorsIfTheRerankerFails() {
    addPassages(8, 0.9);
    Retrieval found = retriever()
        .reranker((segments, query) -> {
          throw new RetriableException("out of order");
        })
        .build()
        .retrieval(QUERY);
    assertThat(texts(found.contents())).containsExactly("p0", "p1", "p2", "p3", "p4");
    requireVectorOrder(found, "the reranker failed: out of order");
  }

  @Test
  void returnsTheOrderOfTheVectorsIfTheRerankerScoresTooFew() {
    addPassages(8, 0.9);
    Retrieval found = retriever()
        .reranker((segments, query) -> Response.from(List.of(1.0)))
        .build()
        .retrieval(QUERY);
    requireVectorOrder(found, "the reranker failed: it scored 1 of 8 candidates");
  }

  @Test
  void returnsTheOrderOfTheVectorsIfAScoreIsNoNumber() {
    addPassages(2, 0.9);
    Retrieval found = retriever()
        .reranker((segments, query) -> Response.from(List.of(0.5, Double.NaN)))
        .build()
        .retrieval(QUERY);
    requireVectorOrder(found, "the reranker failed: it scored a candidate with NaN");
  }

  @Test
  void namesAFailureWithoutAMessage() {
    addPassages(2, 0.9);
    Retrieval found = retriever()
        .reranker((segments, query) -> {
          throw new UnsupportedOperationException();
        })
        .build()
        .retrieval(QUERY);
    requireVectorOrder(found, "the reranker failed: UnsupportedOperationException");
  }

  @Test
  void isInterruptedWithItsReranker() {
    addPassages(2, 0.9);
    TenantContentRetriever retriever = retriever()
        .reranker((segments, query) -> {
          Thread.currentThread().interrupt();
          throw new RetriableException("interrupted");
        })
        .build();
    assertThatExceptionOfType(RetriableException.class)
        .isThrownBy(() -> retriever.retrieval(QUERY))
        .withMessage("interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void leavesOutWhatIsLessSimilarThanTheThreshold() {
    add(0.52, "above");
    add(0.48, "below");
    assertThat(texts(retriever().build().retrieve(QUERY))).containsExactly("above");
    assertThat(texts(retriever().scoreThreshold(0.4).build().retrieve(QUERY)))
        .containsExactly("above", "below");
    assertThat(texts(retriever().scoreThreshold(0.6).build().retrieve(QUERY))).isEmpty();
  }

  @Test
  void hasAReasonForAnEmptyResult() {
    Retrieval found = retriever()
        .reranker((segments, query) -> {
          throw new AssertionError("nothing to rerank");
        })
        .build()
        .retrieval(QUERY);
    assertThat(found.contents()).isEmpty();
    requireVectorOrder(found, "there are no candidates to rerank");
  }

  @Test
  void repeatedTextsAndPointsWithoutTextTakeNoPlace() {
    for (int i = 0; i < 4; i++) {
      add(0.99, "again");
      store.add(at(0.98));
    }
    addPassages(10, 0.7);
    TenantContentRetriever.Builder four = retriever().candidates(4).results(4);
    assertThat(texts(four.oversampling(3).build().retrieve(QUERY)))
        .containsExactly("p0", "again", "p1", "p2");
    assertThat(texts(four.oversampling(1).build().retrieve(QUERY))).containsExactly("p0", "again");
  }

  @Test
  void candidatesOfOneScoreStayInTheOrderOfTheVectors() {
    addPassages(10, 0.7);
    Retrieval found = retriever()
        .reranker((segments, query) -> Response.from(Collections.nCopies(segments.size(), 0.5)))
        .build()
        .retrieval(QUERY);
    assertThat(texts(found.contents())).containsExactly("p0", "p1", "p2", "p3", "p4");
  }

  @Test
  void filtersByMetadata() {
    add(0.9, "english");
    store.add(at(0.95), TextSegment.from("deutsch", Metadata.from("lang", "de")));
    assertThat(texts(
            retriever().filter(metadataKey("lang").isEqualTo("en")).build().retrieve(QUERY)))
        .containsExactly("english");
    assertThat(texts(retriever()
            .dynamicFilter(query -> metadataKey("lang").isEqualTo(query.text()))
            .build()
            .retrieve(Query.from("de"))))
        .containsExactly("deutsch");
  }

  @Test
  void aRetrievedSegmentCanBeStoredAgain() {
    add(0.9, "english");
    TextSegment segment = retriever().build().retrieve(QUERY).get(0).textSegment();
    store.removeAll();
    store.add(at(0.9), segment);
    assertThat(texts(retriever().build().retrieve(QUERY))).containsExactly("english");
  }
}
