package io.tierkeeper.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.langchain4j.data.document.Metadata;
import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.rag.query.Query;
import dev.langchain4j.store.embedding.EmbeddingMatch;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.filter.Filter;
import dev.langchain4j.store.embedding.filter.comparison.IsEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsGreaterThanOrEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsIn;
import dev.langchain4j.store.embedding.filter.comparison.IsNotEqualTo;
import dev.langchain4j.store.embedding.filter.comparison.IsNotIn;
import dev.langchain4j.store.embedding.filter.logical.And;
import dev.langchain4j.store.embedding.filter.logical.Not;
import dev.langchain4j.store.embedding.filter.logical.Or;
import io.tierkeeper.client.ClientConfig;
import io.tierkeeper.client.Point;
import io.tierkeeper.client.PointId;
import io.tierkeeper.client.Shown;
import io.tierkeeper.client.TenantClientException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;

/** No filter and no id of a store or a retriever reads or changes a point of another tenant. */
class FilterIsolationTest {

  private static final String TENANT_FIELD = ClientConfig.DEFAULT_TENANT_FIELD;
  private static final List<String> VICTIMS = List.of("acme", "other");
  private static final UUID VICTIMS_UUID = UUID.fromString("12befed9-8bad-c0d5-266f-f3752ec09b5b");
  private static final EmbeddingModel MODEL = new WordVectors();
  private static final Embedding HELLO = MODEL.embed("hello").content();

  private static final RagRig RIG = RagRig.start();
  private static final List<List<Point>> BEFORE = load();

  private static List<List<Point>> load() {
    for (int i = 0; i < VICTIMS.size(); i++) {
      RIG.client
          .forTenant(VICTIMS.get(i))
          .upsert(
              point(PointId.of(i + 1L)),
              point(PointId.of("doc-1")),
              point(PointId.of(new UUID(VICTIMS_UUID.getMostSignificantBits(), i))));
    }
    return contents();
  }

  private static Point point(PointId id) {
    return Point.of(
        id, HELLO.vector(), Map.of("text_segment", "hello of another", "key", "a", "number", 1));
  }

  private static List<List<Point>> contents() {
    return VICTIMS.stream()
        .map(tenant -> RIG.client.forTenant(tenant).stream(null, 100, Shown.ALL).toList())
        .toList();
  }

  @AfterContainer
  static void stop() {
    RIG.close();
  }

  @Property
  void reachesNoOtherTenant(@ForAll("filters") Filter filter, @ForAll("ids") List<String> ids) {
    TenantEmbeddingStore store = TenantEmbeddingStore.of(RIG.client, "hostile");
    for (String id : ids) {
      try {
        store.addAll(
            List.of(id),
            List.of(HELLO),
            List.of(TextSegment.from("hello", Metadata.from("key", "a"))));
      } catch (TenantClientException.IdConflict e) {
        // The id is another tenant's.
      }
    }
    for (EmbeddingMatch<TextSegment> match : store
        .search(EmbeddingSearchRequest.builder()
            .queryEmbedding(HELLO)
            .maxResults(100)
            .filter(filter)
            .build())
        .matches()) {
      requireOwn(match.embedded());
    }
    TenantContentRetriever.builder(store, MODEL)
        .filter(filter)
        .build()
        .retrieve(Query.from("hello"))
        .forEach(content -> requireOwn(content.textSegment()));
    store.removeAll(filter);
    store.removeAll(ids.isEmpty() ? Collections.singleton("1") : ids);
    store.removeAll();
    assertThat(contents()).isEqualTo(BEFORE);
  }

  private static void requireOwn(TextSegment segment) {
    if (!segment.text().equals("hello")) {
      fail("a point of another tenant is read: " + segment);
    }
  }

  @Provide
  Arbitrary<List<String>> ids() {
    return Arbitraries.of(
            "1",
            "2",
            "3",
            "doc-1",
            new UUID(VICTIMS_UUID.getMostSignificantBits(), 0).toString(),
            new UUID(VICTIMS_UUID.getMostSignificantBits(), 1).toString(),
            "*",
            "acme")
        .list()
        .ofMaxSize(3);
  }

  @Provide
  Arbitrary<Filter> filters() {
    return filter(2);
  }

  private static Arbitrary<Filter> filter(int depth) {
    Arbitrary<String> keys = Arbitraries.of(
        TENANT_FIELD,
        "tierkeeper_id",
        "key",
        "number",
        "text_segment",
        "a.b",
        TENANT_FIELD + ".x",
        "*");
    Arbitrary<Object> values =
        Arbitraries.of("acme", "other", "hostile", "a", "*", "", 1L, 1.0, true);
    Arbitrary<Filter> simple = Arbitraries.oneOf(
        Combinators.combine(keys, values).as(IsEqualTo::new),
        Combinators.combine(keys, values).as(IsNotEqualTo::new),
        Combinators.combine(keys, values.list().ofMinSize(1).ofMaxSize(3)).as(IsIn::new),
        Combinators.combine(keys, values.list().ofMinSize(1).ofMaxSize(3)).as(IsNotIn::new),
        keys.map(key -> new IsGreaterThanOrEqualTo(key, 0)));
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
}
