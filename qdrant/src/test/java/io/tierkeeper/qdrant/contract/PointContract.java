package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.TENANT_FIELD;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.point;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static io.tierkeeper.qdrant.contract.ContractScene.versions;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.FacetHit;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointOperation;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScoredPoint;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import io.tierkeeper.qdrant.settings.Distance;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is written is read back exactly, in pages, by filters, and under conditions (sections 1, 5 and 7). */
public interface PointContract {

  QdrantBackend backend();

  @Test
  default void section5PointsAreReadBackExactlyAsWritten() {
    try (ContractScene scene = ContractScene.create(backend())) {
      List<Object> list = new ArrayList<>(List.of("a", 1L, 2.5, List.of(true)));
      list.add(null);
      Map<String, Object> payload = new HashMap<>(Map.of(
          TENANT_FIELD,
          "acme",
          "largest",
          Long.MAX_VALUE,
          "beyondDouble",
          9_007_199_254_740_993L,
          "smallest",
          Long.MIN_VALUE,
          "double",
          0.1,
          "whole",
          3.0,
          "text",
          "grüße\n\"x\"",
          "list",
          list,
          "map",
          Map.of("in", Map.of("deep", List.of(), "flag", false))));
      payload.put("nothing", null);
      Point point = new Point(
          PointId.of(UUID.fromString("00112233-4455-6677-8899-aabbccddeeff")),
          payload,
          Map.of("", new PointVector.Dense(new float[] {0.1f, -2, 3.5f, 1e-7f})));
      Point largestId = new Point(
          PointId.of(-1L),
          Map.of(TENANT_FIELD, "acme"),
          Map.of("", new PointVector.Dense(new float[] {1, 2, 3, 4})));
      scene.put(ShardSelector.key(FALLBACK), List.of(point, largestId));
      assertThat(scene
              .port()
              .scroll(ScrollRequest.whole(scene.name(), ShardSelector.key(FALLBACK), null, 10)))
          .isEqualTo(new ScrollPage(List.of(largestId, point), null));
      assertThat(
              scene.port().retrieve(scene.name(), ShardSelector.key(FALLBACK), List.of(point.id())))
          .containsExactly(point);
    }
  }

  @Test
  default void section5NamedVectorsAreReadBackExactly() {
    QdrantWrites port = backend().cluster().peers().get(0);
    String name = "contract-" + UUID.randomUUID();
    port.createCollection(new CollectionTemplate(
        name,
        Map.of(
            "title", new VectorTemplate.Dense(2, Distance.DOT),
            "body", new VectorTemplate.Dense(3, Distance.EUCLID)),
        1,
        0,
        16));
    try {
      port.createShardKey(
          name,
          new KeyTemplate(FALLBACK, port.view(name).orElseThrow().peerId(), ReplicaState.ACTIVE));
      Point point = new Point(
          PointId.of(1),
          Map.of(),
          Map.of(
              "title", new PointVector.Dense(new float[] {1, 2}),
              "body", new PointVector.Dense(new float[] {3, 4, 5})));
      port.upsert(Upsert.of(name, ShardSelector.key(FALLBACK), List.of(point)));
      assertThat(port.retrieve(name, ShardSelector.key(FALLBACK), List.of(PointId.of(1))))
          .containsExactly(point);
      assertThat(port.search(
              name, ShardSelector.key(FALLBACK), "title", new float[] {1, 0}, null, 1, true))
          .extracting(ScoredPoint::score)
          .containsExactly(1f);
    } finally {
      port.deleteCollection(name);
    }
  }

  @Test
  default void section6ScrollPagesGoInIdOrderNumbersBeforeUuids() {
    try (ContractScene scene = ContractScene.create(backend())) {
      List<PointId> ids = new ArrayList<>();
      List<Point> points = new ArrayList<>();
      for (long number : List.of(5L, 1L, Long.MAX_VALUE, Long.MIN_VALUE, -1L, 300L)) {
        ids.add(PointId.of(number));
      }
      for (String high : List.of("ffffffff", "00000001", "80000000", "7fffffff")) {
        ids.add(PointId.of(UUID.fromString(high + "-0000-0000-0000-000000000001")));
      }
      for (PointId id : ids) {
        points.add(new Point(
            id, Map.of(), Map.of("", new PointVector.Dense(new float[] {1, 0, 0, 0}))));
      }
      scene.put(ShardSelector.key(FALLBACK), points);
      List<PointId> seen = new ArrayList<>();
      ScrollRequest request = ScrollRequest.whole(
              scene.name(), ShardSelector.key(FALLBACK), null, 3)
          .idsOnly();
      ScrollPage page = scene.port().scroll(request);
      while (true) {
        page.points().forEach(point -> {
          assertThat(point.payload()).isEmpty();
          assertThat(point.vectors()).isEmpty();
          seen.add(point.id());
        });
        if (page.next() == null) {
          break;
        }
        assertThat(page.points()).hasSize(3);
        page = scene.port().scroll(request.startingAt(page.next()));
      }
      assertThat(seen).isEqualTo(ids.stream().sorted().toList());
    }
  }

  @Test
  default void section7FiltersTellThePointsOfATenantFromThoseOfOthersAndOfSeveral() {
    for (String field : List.of("group_id", "meta.tenant", "owners[].name")) {
      try (ContractScene scene = ContractScene.create(backend())) {
        ShardSelector key = ShardSelector.key(FALLBACK);
        scene.port().createTenantIndex(scene.name(), field);
        scene.put(
            key,
            List.of(
                owned(1, field, List.of("acme")),
                owned(2, field, List.of("acme", "other")),
                owned(3, field, List.of("acme", "acme")),
                owned(4, field, List.of("other")),
                owned(5, field, List.of())));
        assertThat(scene.read(0, key, Filter.tenant(field, ACME.tenant())).keySet())
            .as(field)
            .containsExactly(1L, 2L, 3L);
        assertThat(scene.read(0, key, Filter.sharedPoints(field, ACME.tenant())).keySet())
            .as(field)
            .containsExactly(2L);
        assertThat(scene.read(0, key, Filter.notOf(field, ACME.tenant())).keySet())
            .as(field)
            .containsExactly(4L, 5L);
        assertThat(scene
                .read(
                    0,
                    key,
                    Filter.ids(List.of(PointId.of(2), PointId.of(4)))
                        .and(Filter.tenant(field, ACME.tenant())))
                .keySet())
            .as(field)
            .containsExactly(2L);
      }
    }
  }

  /** A point of these tenants; the field is at top level, nested, or nested in a list of objects. */
  private static Point owned(long id, String field, List<String> tenants) {
    Map<String, Object> payload = switch (field) {
      case "group_id" -> tenants.isEmpty() ? Map.of() : Map.of(field, tenants);
      case "meta.tenant" -> Map.of("meta", Map.of("tenant", tenants));
      default ->
        Map.of("owners", tenants.stream().map(tenant -> Map.of("name", tenant)).toList());
    };
    return new Point(
        PointId.of(id), payload, Map.of("", new PointVector.Dense(new float[] {1, 2, 3, id})));
  }

  @Test
  default void section7FiltersMatchTextNumbersFlagsRangesIdsAndAbsence() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, points(ACME, 0, 4, 1L));
      scene.put(key, points(ShardKey.of(7), 4, 6, true));
      scene
          .port()
          .deletePayload(scene.name(), key, Set.of("version"), Filter.ids(List.of(PointId.of(0))));
      assertThat(scene.read(0, key, of(ACME)).keySet()).containsExactly(0L, 1L, 2L, 3L);
      assertThat(scene.read(0, key, of(ShardKey.of(7))).keySet()).containsExactly(4L, 5L);
      assertThat(scene.read(0, key, Filter.matches("version", 1L)).keySet())
          .containsExactly(1L, 2L, 3L);
      assertThat(scene.read(0, key, Filter.matches("version", true)).keySet())
          .containsExactly(4L, 5L);
      assertThat(
              scene.read(0, key, of(ACME).butNot(new Filter.IsEmpty("version"))).keySet())
          .containsExactly(1L, 2L, 3L);
      Filter atLeastOne = new Filter(List.of(new Filter.AtLeast("version", 1)), List.of());
      assertThat(scene.read(0, key, atLeastOne).keySet()).containsExactly(1L, 2L, 3L);
      Filter more = new Filter(List.of(new Filter.AtLeast("version", 1.5)), List.of());
      assertThat(scene.read(0, key, more)).isEmpty();
      Filter atMostOne = new Filter(List.of(new Filter.AtMost("version", 1)), List.of());
      assertThat(scene.read(0, key, atMostOne).keySet()).containsExactly(1L, 2L, 3L);
      Filter less = new Filter(List.of(new Filter.AtMost("version", 0.5)), List.of());
      assertThat(scene.read(0, key, less)).isEmpty();
      assertThat(scene
              .read(0, key, of(ACME).and(Filter.ids(List.of(PointId.of(2), PointId.of(5)))))
              .keySet())
          .containsExactly(2L);
      scene
          .port()
          .deletePayload(scene.name(), key, Set.of("version"), Filter.ids(List.of(PointId.of(0))));
    }
  }

  @Test
  default void section7ANameInQuotesIsOneStepOfAPath() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      Map<String, PointVector> vector = Map.of("", new PointVector.Dense(new float[] {1, 2, 3, 4}));
      scene.put(
          key,
          List.of(
              new Point(PointId.of(1), Map.of(TENANT_FIELD, "acme", "a.b", "x"), vector),
              new Point(PointId.of(2), Map.of(TENANT_FIELD, "acme", "a", Map.of("b", "x")), vector),
              new Point(
                  PointId.of(3), Map.of(TENANT_FIELD, "acme", "a", Map.of("b.c", "x")), vector)));
      assertThat(scene.read(0, key, Filter.matches("\"a.b\"", "x")).keySet()).containsExactly(1L);
      assertThat(scene.read(0, key, Filter.matches("a.b", "x")).keySet()).containsExactly(2L);
      assertThat(scene.read(0, key, Filter.matches("a.\"b.c\"", "x")).keySet()).containsExactly(3L);
    }
  }

  @Test
  default void section7FacetListsTenantsByTheirNumberOfPoints() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, points(ShardKey.of("a"), 0, 5, 1L));
      scene.put(key, points(ShardKey.of("b"), 5, 14, 1L));
      scene.put(key, points(ShardKey.of("c"), 14, 16, 1L));
      assertThat(scene.port().facet(scene.name(), key, TENANT_FIELD, 2))
          .containsExactly(new FacetHit(TenantId.of("b"), 9), new FacetHit(TenantId.of("a"), 5));
      assertThatThrownBy(() -> scene.port().facet(scene.name(), key, "version", 2))
          .isInstanceOf(QdrantException.Rejected.class)
          .hasMessageContaining("No appropriate index for faceting");
    }
  }

  @Test
  default void section7AnExactFacetCountsInAllOfTheKeysTogetherAndUnderAFilter() {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.key(ACME, 0, ReplicaState.ACTIVE);
      ShardSelector both = new ShardSelector.Keys(List.of(FALLBACK, ACME));
      scene.put(ShardSelector.key(FALLBACK), points(ShardKey.of("a"), 0, 5, 1L));
      scene.put(ShardSelector.key(FALLBACK), points(ShardKey.of("b"), 5, 14, 1L));
      scene.put(ShardSelector.key(ACME), points(ShardKey.of("a"), 14, 21, 1L));
      scene.put(ShardSelector.key(ACME), points(ShardKey.of("c"), 21, 22, 1L));
      assertThat(scene.port().exactFacet(scene.name(), both, TENANT_FIELD, null, 10))
          .containsExactly(
              new FacetHit(TenantId.of("a"), 12),
              new FacetHit(TenantId.of("b"), 9),
              new FacetHit(TenantId.of("c"), 1));
      Filter some = Filter.tenants(
          TENANT_FIELD, List.of(TenantId.of("c"), TenantId.of("b"), TenantId.of("x")));
      assertThat(scene.port().exactFacet(scene.name(), both, TENANT_FIELD, some, 10))
          .containsExactly(new FacetHit(TenantId.of("b"), 9), new FacetHit(TenantId.of("c"), 1));
      assertThat(scene
              .port()
              .exactFacet(scene.name(), ShardSelector.key(ACME), TENANT_FIELD, some, 10))
          .containsExactly(new FacetHit(TenantId.of("c"), 1));
    }
  }

  @Test
  default void section11InsertOnlyLeavesExistingPointsAlone() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, points(ACME, 0, 2, 1L));
      scene
          .port()
          .upsert(
              Upsert.of(scene.name(), key, points(ACME, 1, 3, 2L)).mode(UpsertMode.INSERT_ONLY));
      assertThat(scene.read(key)).isEqualTo(Map.of(0L, 1L, 1L, 1L, 2L, 2L));
    }
  }

  @Test
  default void section11UpdateOnlyCreatesNothing() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, points(ACME, 0, 2, 1L));
      scene
          .port()
          .upsert(
              Upsert.of(scene.name(), key, points(ACME, 1, 3, 2L)).mode(UpsertMode.UPDATE_ONLY));
      assertThat(scene.read(key)).isEqualTo(Map.of(0L, 1L, 1L, 2L));
    }
  }

  @Test
  default void section11AnUpdateFilterAloneStillCreatesAndWithUpdateOnlyDoesNot() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, List.of(point(0, ACME, 1L), point(1, ACME, 5L)));
      Upsert upsert = Upsert.of(scene.name(), key, points(ACME, 0, 3, 9L))
          .onlyWhere(Filter.matches("version", 1L));
      scene.port().upsert(upsert.mode(UpsertMode.UPDATE_ONLY));
      assertThat(scene.read(key)).isEqualTo(Map.of(0L, 9L, 1L, 5L));
      scene.port().upsert(upsert);
      assertThat(scene.read(key)).isEqualTo(Map.of(0L, 9L, 1L, 5L, 2L, 9L));
    }
  }

  @Test
  default void section3AWriteThatDoesNotWaitArrivesSoon() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.port().upsert(Upsert.of(scene.name(), key, points(ACME, 0, 9, 1L)).withoutWaiting());
      await().untilAsserted(() -> assertThat(scene.read(key)).isEqualTo(versions(0, 9, 1L)));
      scene.port().delete(scene.name(), key, of(ACME), false);
      await().untilAsserted(() -> assertThat(scene.read(key)).isEmpty());
    }
  }

  @Test
  default void section3SetPayloadRemovesWhatIsNull() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, List.of(point(0, ACME, 1L)));
      Map<String, @Nullable Object> change = new LinkedHashMap<>();
      change.put("version", null);
      change.put("absent", null);
      change.put("extra", 1L);
      scene.port().setPayload(scene.name(), key, change, of(ACME), true);
      assertThat(scene
              .port()
              .retrieve(scene.name(), key, List.of(PointId.of(0)))
              .get(0)
              .payload())
          .isEqualTo(Map.of(TENANT_FIELD, "acme", "extra", 1L));
    }
  }

  @Test
  default void section11VectorsAreUpdatedOneByOneWhereThePointMatches() {
    QdrantWrites port = backend().cluster().peers().get(0);
    String name = "contract-" + UUID.randomUUID();
    VectorTemplate dot = new VectorTemplate.Dense(2, Distance.DOT);
    port.createCollection(
        new CollectionTemplate(name, Map.of("title", dot, "body", dot), 1, 0, 16));
    try {
      port.createShardKey(
          name,
          new KeyTemplate(FALLBACK, port.view(name).orElseThrow().peerId(), ReplicaState.ACTIVE));
      ShardSelector key = ShardSelector.key(FALLBACK);
      PointVector title = new PointVector.Dense(new float[] {1, 2});
      PointVector body = new PointVector.Dense(new float[] {3, 4});
      PointVector other = new PointVector.Dense(new float[] {5, 6});
      PointId id = PointId.of(1);
      port.upsert(Upsert.of(
          name,
          key,
          List.of(new Point(id, Map.of("version", 1L), Map.of("title", title, "body", body)))));
      port.updateVectors(name, key, id, Map.of("body", other), Filter.matches("version", 2L));
      assertThat(port.retrieve(name, key, List.of(id)).get(0).vectors())
          .isEqualTo(Map.of("title", title, "body", body));
      port.updateVectors(name, key, id, Map.of("body", other), Filter.matches("version", 1L));
      assertThat(port.retrieve(name, key, List.of(id)))
          .containsExactly(
              new Point(id, Map.of("version", 1L), Map.of("title", title, "body", other)));
      port.deleteVectors(
          name, key, Set.of("title"), Filter.ids(List.of(id)).and(Filter.matches("version", 2L)));
      port.deleteVectors(
          name, key, Set.of("body"), Filter.ids(List.of(id)).and(Filter.matches("version", 1L)));
      assertThat(port.retrieve(name, key, List.of(id)).get(0).vectors())
          .isEqualTo(Map.of("title", title));
      assertThatThrownBy(() -> port.updateVectors(
              name, key, PointId.of(2), Map.of("body", other), Filter.matches("version", 1L)))
          .isInstanceOf(QdrantException.NotFound.class);
      assertThat(port.retrieve(name, key, List.of(PointId.of(2)))).isEmpty();
    } finally {
      port.deleteCollection(name);
    }
  }

  @Test
  default void section3ABatchPerformsEachOperationInItsOrder() {
    QdrantWrites port = backend().cluster().peers().get(0);
    String name = "contract-" + UUID.randomUUID();
    VectorTemplate dot = new VectorTemplate.Dense(2, Distance.DOT);
    port.createCollection(
        new CollectionTemplate(name, Map.of("title", dot, "body", dot), 1, 0, 16));
    try {
      port.createShardKey(
          name,
          new KeyTemplate(FALLBACK, port.view(name).orElseThrow().peerId(), ReplicaState.ACTIVE));
      ShardSelector key = ShardSelector.key(FALLBACK);
      PointVector first = new PointVector.Dense(new float[] {1, 2});
      PointVector second = new PointVector.Dense(new float[] {3, 4});
      PointId id = PointId.of(1);
      PointId gone = PointId.of(2);
      Filter its = Filter.ids(List.of(id));
      port.updateBatch(
          name,
          key,
          List.of(
              new PointOperation.UpsertPoints(List.of(
                  new Point(id, Map.of("a", 1L, "b", 1L), Map.of("title", first, "body", first)),
                  new Point(gone, Map.of(), Map.of("title", first)))),
              new PointOperation.ClearPayload(its),
              new PointOperation.SetPayload(Map.of("c", List.of("x"), "d", 0.5), its),
              new PointOperation.DeletePayload(Set.of("d"), its),
              new PointOperation.UpdateVectors(id, Map.of("title", second)),
              new PointOperation.DeleteVectors(Set.of("body"), its),
              new PointOperation.Delete(Filter.ids(List.of(gone)))));
      assertThat(port.retrieve(name, key, List.of(id, gone)))
          .containsExactly(new Point(id, Map.of("c", List.of("x")), Map.of("title", second)));
      port.updateBatch(
          name, key, List.of(new PointOperation.OverwritePayload(Map.of("e", true), its)));
      assertThat(port.retrieve(name, key, List.of(id)))
          .containsExactly(new Point(id, Map.of("e", true), Map.of("title", second)));
      assertThatThrownBy(() -> port.updateBatch(
              name, key, List.of(new PointOperation.UpdateVectors(gone, Map.of("title", first)))))
          .isInstanceOf(QdrantException.NotFound.class);
    } finally {
      port.deleteCollection(name);
    }
  }

  @Test
  default void section3AnUpsertOfNoPointsIsRefused() {
    try (ContractScene scene = ContractScene.create(backend())) {
      assertThatThrownBy(() ->
              scene.port().upsert(Upsert.of(scene.name(), ShardSelector.key(FALLBACK), List.of())))
          .isInstanceOf(QdrantException.Rejected.class);
    }
  }

  @Test
  default void section3AnUpsertReplacesAndSetPayloadMerges() {
    try (ContractScene scene = ContractScene.create(backend())) {
      ShardSelector key = ShardSelector.key(FALLBACK);
      scene.put(key, List.of(point(0, ACME, 1L)));
      scene.port().setPayload(scene.name(), key, Map.of("extra", "x"), of(ACME), true);
      assertThat(scene
              .port()
              .retrieve(scene.name(), key, List.of(PointId.of(0)))
              .get(0)
              .payload())
          .isEqualTo(Map.of(TENANT_FIELD, "acme", "version", 1L, "extra", "x"));
      scene.put(key, List.of(point(0, ACME, 2L)));
      assertThat(scene.port().retrieve(scene.name(), key, List.of(PointId.of(0))))
          .containsExactly(point(0, ACME, 2L));
    }
  }
}
