package io.tierkeeper.rag;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.EmbeddingStore;
import dev.langchain4j.store.embedding.EmbeddingStoreWithFilteringIT;
import dev.langchain4j.store.embedding.EmbeddingStoreWithRemovalIT;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import io.tierkeeper.client.Point;
import io.tierkeeper.client.PointId;
import io.tierkeeper.client.TenantClientException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The tests that LangChain4j has for all embedding stores, and those of the store of a tenant, beside another tenant whose points
 * must stay out of it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class EmbeddingStoreContract {

  private static final EmbeddingModel MODEL = new WordVectors();
  private static final int OTHERS = 3;

  private RagRig rig;
  private TenantEmbeddingStore acme;
  private TenantEmbeddingStore other;

  /** A cluster with an empty collection. */
  abstract RagRig rig();

  @BeforeAll
  void start() {
    rig = rig();
    acme = TenantEmbeddingStore.of(rig.client, "acme");
    other = TenantEmbeddingStore.of(rig.client, "other");
  }

  @AfterAll
  void stop() {
    // Absent where the tests are skipped.
    if (rig != null) {
      rig.close();
    }
  }

  /** All stores begin with nothing of their own, and with points of another tenant that match everything. */
  @BeforeEach
  void reset() {
    acme.removeAll();
    other.removeAll();
    for (String text : List.of("hello", "matching", "test")) {
      other.add(
          embed(text), TextSegment.from(text, Metadata.from(Map.of("key", "a", "name", "Klaus"))));
    }
  }

  private static Embedding embed(String text) {
    return MODEL.embed(text).content();
  }

  private static List<EmbeddingMatch<TextSegment>> all(TenantEmbeddingStore store) {
    return store.search(nearest("test").build()).matches();
  }

  private static EmbeddingSearchRequest.EmbeddingSearchRequestBuilder nearest(String text) {
    return EmbeddingSearchRequest.builder().queryEmbedding(embed(text)).maxResults(100);
  }

  /** LangChain4j's tests of adding, searching and filtering. */
  @Nested
  class Filtering extends EmbeddingStoreWithFilteringIT {

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
      return acme;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
      return MODEL;
    }

    @Override
    @ParameterizedTest
    @MethodSource("supported")
    protected void should_filter_by_metadata(
        Filter filter, List<Metadata> matching, List<Metadata> notMatching) {
      super.should_filter_by_metadata(filter, matching, notMatching);
    }

    /** All but the four that order texts. */
    static Stream<Arguments> supported() {
      return EmbeddingStoreWithFilteringIT.should_filter_by_metadata()
          .filter(arguments -> !ordersTexts((Filter) arguments.get()[0]));
    }

    static Stream<Arguments> unsupported() {
      return EmbeddingStoreWithFilteringIT.should_filter_by_metadata()
          .filter(arguments -> ordersTexts((Filter) arguments.get()[0]))
          .map(arguments -> Arguments.of(arguments.get()[0]));
    }

    private static boolean ordersTexts(Filter filter) {
      return (filter instanceof IsGreaterThan greater
              && greater.comparisonValue() instanceof String)
          || (filter instanceof IsGreaterThanOrEqualTo atLeast
              && atLeast.comparisonValue() instanceof String)
          || (filter instanceof IsLessThan less && less.comparisonValue() instanceof String)
          || (filter instanceof IsLessThanOrEqualTo atMost
              && atMost.comparisonValue() instanceof String);
    }

    @ParameterizedTest
    @MethodSource("unsupported")
    void refusesToOrderTexts(Filter filter) {
      assertThatExceptionOfType(UnsupportedOperationException.class)
          .isThrownBy(() -> acme.search(nearest("matching").filter(filter).build()))
          .withMessageContaining("Qdrant orders numbers only");
    }

    @Test
    void leavesOutFourCasesOnly() {
      assertThat(unsupported()).hasSize(4);
    }
  }

  /** LangChain4j's tests of removing. */
  @Nested
  class Removal extends EmbeddingStoreWithRemovalIT {

    @Override
    protected EmbeddingStore<TextSegment> embeddingStore() {
      return acme;
    }

    @Override
    protected EmbeddingModel embeddingModel() {
      return MODEL;
    }
  }

  @Test
  void findsPointsOfItsOwnTenantOnly() {
    acme.add(embed("hello"), TextSegment.from("ours"));
    assertThat(acme.search(nearest("hello").build()).matches())
        .extracting(match -> match.embedded().text())
        .containsExactly("ours");
    assertThat(all(other)).hasSize(OTHERS);
  }

  @Test
  void removesPointsOfItsOwnTenantOnly() {
    List<String> theirs = all(other).stream().map(EmbeddingMatch::embeddingId).toList();
    acme.removeAll(theirs);
    acme.remove(theirs.get(0));
    acme.removeAll(metadataKey("key").isEqualTo("a"));
    acme.removeAll(metadataKey("group_id").isEqualTo("other"));
    acme.removeAll();
    assertThat(all(other)).extracting(EmbeddingMatch::embeddingId).containsAll(theirs);
  }

  @Test
  void doesNotReplaceThePointOfAnotherTenant() {
    String theirs = all(other).get(0).embeddingId();
    assertThatExceptionOfType(TenantClientException.IdConflict.class)
        .isThrownBy(() -> acme.add(theirs, embed("ours")));
    assertThat(all(other)).hasSize(OTHERS).allMatch(match -> match.embedded() != null);
  }

  @Test
  void givesIdsBackAsTheyWere() {
    List<String> ids = List.of(
        "doc-1",
        "42",
        "18446744073709551615",
        "007",
        "+7",
        "5D1F8A9E-0000-0000-0000-00000000000A",
        "5d1f8a9e-0000-0000-0000-00000000000a",
        "1-1-1-1-1",
        " padded ",
        "名前");
    acme.addAll(ids, ids.stream().map(EmbeddingStoreContract::embed).toList(), null);
    assertThat(all(acme))
        .extracting(EmbeddingMatch::embeddingId)
        .containsExactlyInAnyOrderElementsOf(ids);
    ids.forEach(acme::remove);
    assertThat(all(acme)).isEmpty();
  }

  @Test
  void addressesPointsThatTheClientWrote() {
    rig.client
        .forTenant("acme")
        .upsert(
            Point.of(PointId.of(7), embed("seven").vector(), Map.of("text_segment", "seven")),
            Point.of(PointId.of("doc-1"), embed("one").vector(), Map.of()));
    assertThat(all(acme))
        .extracting(EmbeddingMatch::embeddingId)
        .containsExactlyInAnyOrder("7", "doc-1");
    acme.removeAll(List.of("7", "doc-1"));
    assertThat(all(acme)).isEmpty();
  }

  @Test
  void leavesOutFieldsThatMetadataCannotHold() {
    Map<String, Object> payload = new HashMap<>(Map.of(
        "text_segment",
        "hello",
        "tags",
        List.of("a"),
        "flag",
        true,
        "inner",
        Map.of("a", 1L),
        "page",
        7L));
    payload.put("none", null);
    rig.client
        .forTenant("acme")
        .upsert(Point.of(PointId.of("doc-1"), embed("hello").vector(), payload));
    assertThat(all(acme))
        .singleElement()
        .satisfies(
            match -> assertThat(match.embedded().metadata().toMap()).isEqualTo(Map.of("page", 7L)));
  }

  @Test
  void filtersByKeysThatWouldBePaths() {
    for (String key : List.of("a.b", "a[0]", "with space", "größe", "text_segment.x")) {
      acme.removeAll();
      acme.add(embed("hello"), TextSegment.from("hello", Metadata.from(key, "yes")));
      acme.add(embed("hello"), TextSegment.from("hello", Metadata.from("x", "yes")));
      assertThat(acme.search(
                  nearest("hello").filter(metadataKey(key).isEqualTo("yes")).build())
              .matches())
          .as(key)
          .singleElement()
          .satisfies(
              match -> assertThat(match.embedded().metadata().getString(key)).isEqualTo("yes"));
    }
  }

  @Test
  void writesMoreThanABatch() {
    List<TextSegment> segments = IntStream.range(0, 1_200)
        .mapToObj(i -> TextSegment.from("text " + i, Metadata.from(Map.of("i", i))))
        .toList();
    acme.addAll(MODEL.embedAll(segments).content(), segments);
    assertThat(rig.client.forTenant("acme").count()).isEqualTo(1_200);
  }

  @Test
  void writesNothingIfAnArgumentIsWrong() {
    List<Embedding> two = List.of(embed("a"), embed("b"));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> acme.addAll(List.of("a"), two, null))
        .withMessage("ids size (1) is not equal to embeddings size (2)");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> acme.addAll(List.of("a", "b"), two, List.of(TextSegment.from("a"))))
        .withMessage("embeddings size (2) is not equal to embedded size (1)");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> acme.addAll(List.of("a", " "), two, null))
        .withMessage("id cannot be null or blank");
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> acme.addAll(
            two,
            Arrays.asList(
                null, TextSegment.from("b", Metadata.from("text_segment", "in the way")))))
        .withMessageContaining("metadata key text_segment is the payload field of the text");
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> acme.addAll(
            two, Arrays.asList(null, TextSegment.from("b", Metadata.from("group_id", "other")))))
        .withMessageContaining("group_id");
    acme.addAll(null, null, null);
    assertThat(all(acme)).isEmpty();
  }

  @Test
  void hasNamedFieldsForTheText() {
    TenantEmbeddingStore store =
        TenantEmbeddingStore.builder(rig.client, "acme").textField("content").build();
    store.add(embed("hello"), TextSegment.from("hello", Metadata.from("text_segment", "mine")));
    assertThat(all(store))
        .singleElement()
        .satisfies(match -> assertThat(match.embedded())
            .isEqualTo(TextSegment.from("hello", Metadata.from("text_segment", "mine"))));
    assertThat(rig.client
            .forTenant("acme")
            .get(List.of(PointId.of(UUID.fromString(all(store).get(0).embeddingId())))))
        .singleElement()
        .satisfies(point -> assertThat(point.payload())
            .isEqualTo(Map.of("content", "hello", "text_segment", "mine")));
  }
}
