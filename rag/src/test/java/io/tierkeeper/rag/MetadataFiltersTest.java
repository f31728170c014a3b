package io.tierkeeper.rag;

import static dev.langchain4j.store.embedding.filter.MetadataFilterBuilder.metadataKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThan;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThan;
import dev.langchain4j.store.embedding.filter.comparison.IsLessThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.Test;

/** Qdrant finds with a filter what LangChain4j's own evaluation of the filter says. */
class MetadataFiltersTest {

  private static final RagRig RIG = RagRig.start();
  private static final TenantEmbeddingStore STORE = TenantEmbeddingStore.of(RIG.client, "acme");
  private static final List<Metadata> STORED = load();

  private static List<Metadata> load() {
    List<Metadata> all = new ArrayList<>();
    // Each key has values of one type: LangChain4j does not compare values of different types.
    for (int i = 0; i < 27; i++) {
      Metadata metadata = new Metadata().put("number", (long) i);
      if (i % 3 > 0) {
        metadata.put("text", i % 3 == 1 ? "a" : "b");
      }
      if (i / 3 % 3 > 0) {
        metadata.put("whole", i / 3 % 3);
      }
      if (i / 9 > 0) {
        metadata.put("real", (i / 9) * 0.5);
      }
      all.add(metadata);
    }
    List<TextSegment> segments =
        all.stream().map(metadata -> TextSegment.from("hello", metadata)).toList();
    STORE.addAll(Collections.nCopies(all.size(), query()), segments);
    return all;
  }

  private static Embedding query() {
    return new WordVectors().embed("hello").content();
  }

  @AfterContainer
  static void stop() {
    RIG.close();
  }

  private static List<Long> found(Filter filter) {
    return STORE
        .search(EmbeddingSearchRequest.builder()
            .queryEmbedding(query())
            .maxResults(100)
            .filter(filter)
            .build())
        .matches()
        .stream()
        .map(EmbeddingMatch::embedded)
        .map(segment -> segment.metadata().getLong("number"))
        .sorted()
        .toList();
  }

  @Property
  void findsWhatLangChain4jSays(@ForAll("filters") Filter filter) {
    assertThat(found(filter))
        .as("%s", filter)
        .isEqualTo(STORED.stream()
            .filter(filter::test)
            .map(metadata -> metadata.getLong("number"))
            .toList());
  }

  @Provide
  Arbitrary<Filter> filters() {
    return filter(3);
  }

  private static Arbitrary<Filter> filter(int depth) {
    Arbitrary<Filter> simple = Arbitraries.oneOf(
        values("text", Arbitraries.of("a", "b", "c")),
        values("whole", Arbitraries.of(0, 1, 2)),
        values("whole", Arbitraries.of(0L, 1L, 2L)),
        values("real", Arbitraries.of(0.0, 0.5, 1.0)),
        values("real", Arbitraries.of(0.0f, 0.5f, 1.0f)),
        bounds("whole", Arbitraries.of(0, 1, 2)),
        bounds("whole", Arbitraries.of(0.5, 1.0, 1.5)),
        bounds("real", Arbitraries.of(0.0, 0.5, 0.75, 1.0)),
        bounds("real", Arbitraries.of(0, 1)));
    if (depth == 0) {
      return simple;
    }
    Arbitrary<Filter> inner = Arbitraries.lazy(() -> filter(depth - 1));
    return Arbitraries.oneOf(
        simple,
        inner.map(Not::new),
        Combinators.combine(inner, inner).as(And::new),
        Combinators.combine(inner, inner).as(Or::new));
  }

  private static <T> Arbitrary<Filter> values(String key, Arbitrary<T> values) {
    return Combinators.combine(
            values.list().ofMinSize(1).ofMaxSize(3), Arbitraries.integers().between(0, 3))
        .as((some, kind) -> switch (kind) {
          case 0 -> new IsEqualTo(key, some.get(0));
          case 1 -> new IsNotEqualTo(key, some.get(0));
          case 2 -> new IsIn(key, some);
          default -> new IsNotIn(key, some);
        });
  }

  private static <T extends Comparable<T>> Arbitrary<Filter> bounds(
      String key, Arbitrary<T> values) {
    List<BiFunction<String, Comparable<?>, Filter>> kinds = List.of(
        IsGreaterThan::new, IsGreaterThanOrEqualTo::new, IsLessThan::new, IsLessThanOrEqualTo::new);
    return Combinators.combine(values, Arbitraries.of(kinds))
        .as((value, kind) -> kind.apply(key, value));
  }

  private static void refuses(Filter filter, String message) {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> MetadataFilters.of(filter))
        .withMessageContaining(message);
  }

  @Test
  void refusesWhatQdrantHasNoConditionFor() {
    refuses(metadataKey("key").containsString("a"), "depends on the index of the field");
    refuses(metadataKey("key").isLessThan("b"), "allowed: Integer, Long, Float, Double");
    refuses(metadataKey("a\"b").isEqualTo("x"), "metadata key a\"b has a quote");
    refuses(new IsEqualTo("key", List.of()), "allowed: String, UUID, Boolean");
    refuses(object -> true, "allowed: the filters of LangChain4j except ContainsString");
  }

  @Test
  void matchesBooleansThatOtherWritersStored() {
    assertThat(MetadataFilters.of(new IsEqualTo("flag", true))
            .getMust(0)
            .getField()
            .getMatch()
            .getBoolean())
        .isTrue();
  }
}
