package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common.Filter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every method of the points of a tenant, beside another tenant whose points must stay out of it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TenantPointsContract {

  private ClientRig rig;
  private TenantPoints acme;
  private TenantPoints other;

  /** A cluster with an empty collection. */
  abstract ClientRig rig();

  @BeforeAll
  void start() {
    rig = rig();
    acme = rig.client.forTenant("acme");
    other = rig.client.forTenant("other");
  }

  @AfterAll
  void stop() {
    // Absent where the tests are skipped.
    if (rig != null) {
      rig.close();
    }
  }

  @AfterEach
  void empty() {
    acme.deleteAll();
    other.deleteAll();
  }

  private static Filter number(long number) {
    return Filter.newBuilder().addMust(ConditionFactory.match("number", number)).build();
  }

  @Test
  void readsWhatWasWrittenWithoutTheTenant() {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("text", "äöü \uD83D\uDE00");
    payload.put("whole", 7L);
    payload.put("real", 0.5);
    payload.put("flag", true);
    payload.put("none", null);
    payload.put("list", List.of("a", 1L, false));
    payload.put("object", Map.of("inner", Map.of("deep", 1L)));
    UUID uuid = UUID.randomUUID();
    acme.upsert(Point.of(PointId.of(uuid), new float[] {1, 0, 0, 0}, payload));
    assertThat(acme.get(List.of(PointId.of(uuid)), Shown.ALL)).singleElement().satisfies(point -> {
      assertThat(point.id()).isEqualTo(PointId.of(uuid));
      assertThat(point.payload()).isEqualTo(payload);
      assertThat(point.vectors()).isEqualTo(Map.of(Point.UNNAMED, VectorData.dense(1, 0, 0, 0)));
    });
  }

  @Test
  void keepsTheTextOfAnIdAndGivesItBack() {
    PointId text = PointId.of("doc/1 ü");
    acme.upsert(Point.of(text, ClientRig.vector(1), Map.of("of", "acme")));
    other.upsert(Point.of(text, ClientRig.vector(2), Map.of("of", "other")));
    assertThat(acme.get(List.of(text))).singleElement().satisfies(point -> {
      assertThat(point.id()).isEqualTo(text);
      assertThat(point.payload()).isEqualTo(Map.of("of", "acme"));
    });
    assertThat(acme.get(List.of(text), Shown.ID))
        .singleElement()
        .satisfies(point -> assertThat(point.id()).isEqualTo(text));
    assertThat(acme.get(List.of(text), Shown.fields("of").andVectors()).get(0).id())
        .isEqualTo(text);
    assertThat(acme.get(List.of(text), Shown.without("of", TenantScope.TEXT_ID)).get(0))
        .isEqualTo(new Point(text, Map.of(), Map.of()));
    assertThat(acme.search(Search.nearest(ClientRig.vector(1))).get(0).id()).isEqualTo(text);
    assertThat(other.get(List.of(text)).get(0).payload()).isEqualTo(Map.of("of", "other"));
    acme.delete(List.of(text));
    assertThat(acme.count()).isZero();
    assertThat(other.count()).isOne();
  }

  @Test
  void neverOverwritesThePointOfAnotherTenant() {
    other.upsert(ClientRig.point(7));
    List<Point> before = other.get(List.of(PointId.of(7)), Shown.ALL);
    assertThat(before).hasSize(1);
    assertThatExceptionOfType(TenantClientException.IdConflict.class)
        .isThrownBy(() -> acme.upsert(
            ClientRig.point(6), Point.of(PointId.of(7), ClientRig.vector(1), Map.of("stolen", 1))))
        .withMessageContaining("tenant acme")
        .satisfies(e -> assertThat(e.ids()).containsExactly(PointId.of(7)))
        .satisfies(e -> assertThat(e.retryable()).isFalse());
    assertThat(other.get(List.of(PointId.of(7)), Shown.ALL)).isEqualTo(before);
    assertThat(acme.get(List.of(PointId.of(6), PointId.of(7))))
        .extracting(Point::id)
        .containsExactly(PointId.of(6));
  }

  @Test
  void doesNotReadOrChangeThePointOfAnotherTenantById() {
    other.upsert(ClientRig.point(7));
    List<PointId> stolen = List.of(PointId.of(7));
    List<Point> before = other.get(stolen, Shown.ALL);
    assertThat(before).hasSize(1);
    assertThat(acme.get(stolen)).isEmpty();
    acme.delete(stolen);
    acme.setPayload(stolen, Map.of("number", 8));
    acme.deletePayload(stolen, List.of("number"));
    acme.deleteVectors(stolen, List.of(Point.UNNAMED));
    assertThatExceptionOfType(TenantClientException.IdConflict.class)
        .isThrownBy(() -> acme.updateVectors(
            Map.of(PointId.of(7), Map.of(Point.UNNAMED, VectorData.dense(ClientRig.vector(1))))));
    assertThatExceptionOfType(TenantClientException.NotFound.class)
        .isThrownBy(() -> acme.search(Search.like(PointId.of(7))));
    assertThat(other.get(stolen, Shown.ALL)).isEqualTo(before);
  }

  @Test
  void changesOnlyItsOwnPointsByFilter() {
    acme.upsert(ClientRig.point(1), ClientRig.point(2));
    other.upsert(ClientRig.point(11));
    Filter any =
        Filter.newBuilder().addMustNot(ConditionFactory.match("number", 2)).build();
    acme.setPayloadMatching(any, Map.of("lang", "en"));
    acme.deletePayloadMatching(any, List.of("number"));
    assertThat(acme.get(List.of(PointId.of(1), PointId.of(2))))
        .extracting(Point::payload)
        .isEqualTo(List.of(Map.of("lang", "en"), Map.of("number", 2L)));
    acme.deleteMatching(number(2));
    assertThat(acme.count()).isOne();
    assertThat(other.get(List.of(PointId.of(11))).get(0).payload())
        .isEqualTo(Map.of("number", 11L));
  }

  @Test
  void refusesAnEmptyFilterOfADeletion() {
    acme.upsert(ClientRig.point(1));
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> acme.deleteMatching(Filter.getDefaultInstance()));
    assertThat(acme.count()).isOne();
  }

  @Test
  void scrollsPageByPage() {
    acme.upsert(LongStream.range(0, 25).mapToObj(ClientRig::point).toList());
    other.upsert(LongStream.range(100, 125).mapToObj(ClientRig::point).toList());
    Page first = acme.scroll(null, null, 10, Shown.ID);
    assertThat(first.points()).hasSize(10);
    assertThat(first.next()).isEqualTo(PointId.of(10));
    assertThat(acme.stream(null, 10, Shown.PAYLOAD).map(Point::id))
        .isEqualTo(LongStream.range(0, 25).mapToObj(PointId::of).toList());
    assertThat(acme.stream(number(3), 1, Shown.PAYLOAD)).hasSize(1);
    assertThat(acme.countMatching(number(3))).isOne();
    assertThat(acme.countMatching(number(103))).isZero();
  }

  @Test
  void searchesWithThresholdLimitOffsetAndFilter() {
    acme.upsert(LongStream.range(0, 10).mapToObj(ClientRig::point).toList());
    other.upsert(LongStream.range(20, 30).mapToObj(ClientRig::point).toList());
    Search search = Search.nearest(ClientRig.vector(3)).limit(3);
    List<ScoredPoint> found = acme.search(search);
    assertThat(found).hasSize(3);
    assertThat(found.get(0).id()).isEqualTo(PointId.of(3));
    assertThat(found.get(0).score()).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-5f));
    assertThat(acme.search(search.offset(1)).get(0)).isEqualTo(found.get(1));
    assertThat(acme.search(search.scoreThreshold(0.99999f))).hasSize(1);
    assertThat(acme.search(search.filter(number(9))))
        .extracting(ScoredPoint::id)
        .containsExactly(PointId.of(9));
    assertThat(acme.search(search.filter(number(21)))).isEmpty();
    assertThat(acme.search(search.params(Search.Params.DEFAULT
            .withHnswEf(64)
            .withExact(true)
            .withRescore(true)
            .withOversampling(2)
            .withIndexedOnly(false))))
        .isEqualTo(found);
    assertThat(acme.searchAll(List.of(search, search.limit(1))))
        .isEqualTo(List.of(found, found.subList(0, 1)));
  }

  @Test
  void fusesSearches() {
    acme.upsert(LongStream.range(0, 10).mapToObj(ClientRig::point).toList());
    other.upsert(LongStream.range(20, 30).mapToObj(ClientRig::point).toList());
    Search hybrid = Search.fusion(
        Search.Fusion.RRF,
        Search.nearest(ClientRig.vector(3)).limit(1),
        Search.nearest(ClientRig.vector(7)).limit(1));
    assertThat(acme.search(hybrid))
        .extracting(ScoredPoint::id)
        .containsExactlyInAnyOrder(PointId.of(3), PointId.of(7));
    assertThat(acme.search(hybrid.filter(number(5))))
        .as("what the whole leaves out, the parts leave out")
        .extracting(ScoredPoint::id)
        .containsExactly(PointId.of(5));
    assertThat(acme.search(Search.fusion(
            Search.Fusion.RRF,
            Search.like(PointId.of(3)).limit(2),
            Search.nearest(ClientRig.vector(2)).limit(2))))
        .as("what both find comes first")
        .first()
        .satisfies(point -> assertThat(point.id()).isEqualTo(PointId.of(2)));
  }

  @Test
  void searchesByAPointOfItsOwn() {
    acme.upsert(LongStream.range(0, 10).mapToObj(ClientRig::point).toList());
    assertThat(acme.search(Search.like(PointId.of(3)).limit(2)))
        .extracting(ScoredPoint::id)
        .containsExactlyInAnyOrder(PointId.of(2), PointId.of(4));
  }

  @Test
  void refusesVectorsOfAnotherSizeBeforeTheyAreSent() {
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> acme.upsert(Point.of(PointId.of(1), new float[] {1}, Map.of())))
        .withMessage("the vector has 1 dimensions, collection kb has 4");
    assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
        .isThrownBy(() -> acme.search(Search.nearest(1, 2)));
  }

  @Test
  void refusesTheTenantsFieldInPayloads() {
    for (String field : List.of(
        "group_id",
        "group_id.x",
        "group_id[0]",
        "\"group_id\"",
        "tierkeeper_move",
        "tierkeeper_id")) {
      assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
          .isThrownBy(() ->
              acme.upsert(Point.of(PointId.of(1), ClientRig.vector(1), Map.of(field, "other"))));
      assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
          .isThrownBy(() -> acme.setPayload(List.of(PointId.of(1)), Map.of(field, "other")));
      assertThatExceptionOfType(TenantClientException.InvalidRequest.class)
          .isThrownBy(() -> acme.deletePayload(List.of(PointId.of(1)), List.of(field)));
    }
  }

  @Test
  void distinguishesANumberFromItsText() {
    TenantPoints seven = rig.client.forTenant(7);
    seven.upsert(ClientRig.point(1));
    assertThat(rig.client.forTenant("7").count()).isZero();
    assertThat(seven.count()).isOne();
    seven.deleteAll();
  }
}
