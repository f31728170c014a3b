package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.ACME;
import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static io.tierkeeper.qdrant.contract.ContractScene.SPARE;
import static io.tierkeeper.qdrant.contract.ContractScene.TENANT_FIELD;
import static io.tierkeeper.qdrant.contract.ContractScene.of;
import static io.tierkeeper.qdrant.contract.ContractScene.point;
import static io.tierkeeper.qdrant.contract.ContractScene.points;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Points.CountPoints;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What strict mode refuses of the port's calls, in the server's words (section 15). */
public interface StrictModeContract {

  ShardSelector KEY = ShardSelector.key(FALLBACK);

  QdrantBackend backend();

  @Test
  default void section15StrictModeRefusesFiltersOnFieldsWithoutIndexInReads() {
    strict(config -> config.setUnindexedFilteringRetrieve(false), (scene, port) -> {
      String integer = "Index required but not found for \"version\" of one of the following types:"
          + " [integer]. Help: Create an index for this key or use a different filter.";
      refused(() -> port.count(scene.name(), KEY, Filter.matches("version", 1L)), integer);
      refused(
          () -> port.count(scene.name(), KEY, of(ACME).and(Filter.matches("version", 1L))),
          integer);
      refused(
          () -> port.scroll(ScrollRequest.whole(
              scene.name(), KEY, of(ACME).butNot(new Filter.Matches("version", 1L)), 5)),
          integer);
      refused(
          () -> port.count(scene.name(), KEY, Filter.matches("text", "x")),
          "for \"text\" of one of the following types: [keyword]. Help:");
      refused(
          () -> port.count(
              scene.name(), KEY, Filter.matches("text", "3f2504e0-4f89-41d3-9a0c-0305e82c3301")),
          "for \"text\" of one of the following types: [keyword, uuid]. Help:");
      refused(
          () -> port.count(scene.name(), KEY, Filter.matches("flag", true)),
          "for \"flag\" of one of the following types: [bool]. Help:");
      refused(
          () -> port.count(
              scene.name(), KEY, new Filter(List.of(new Filter.AtLeast("version", 1)), List.of())),
          "for \"version\" of one of the following types: [float, integer]. Help:");
      refused(
          () -> port.count(
              scene.name(), KEY, new Filter(List.of(new Filter.IsEmpty("version")), List.of())),
          "for \"version\" of one of the following types: [");
      refused(
          () -> port.count(scene.name(), KEY, Filter.matches(TENANT_FIELD, 5L)),
          "for \"" + TENANT_FIELD + "\" of one of the following types: [integer]. Help:");
      assertThat(port.count(scene.name(), KEY, of(ACME))).isEqualTo(20);
      assertThat(port.count(scene.name(), KEY, Filter.ids(List.of(PointId.of(1)))))
          .isOne();
      assertThat(port.facet(scene.name(), KEY, TENANT_FIELD, 10)).hasSize(1);
      // Updates have a switch of their own.
      port.setPayload(scene.name(), KEY, Map.of("x", 1L), Filter.matches("version", 1L), true);
    });
  }

  @Test
  default void section15StrictModeRefusesFiltersOnFieldsWithoutIndexInUpdates() {
    strict(config -> config.setUnindexedFilteringUpdate(false), (scene, port) -> {
      Filter filter = of(ACME).and(Filter.matches("version", 1L));
      String text = "Index required but not found for \"version\" of one of the following types:"
          + " [integer]. Help: Create an index for this key or use a different filter.";
      refused(() -> port.setPayload(scene.name(), KEY, Map.of("x", 1L), filter, true), text);
      refused(() -> port.deletePayload(scene.name(), KEY, java.util.Set.of("x"), filter), text);
      refused(() -> port.delete(scene.name(), KEY, filter, true), text);
      assertThat(port.count(scene.name(), KEY, filter)).isEqualTo(20);
      // The condition of an upsert is read of its own points only.
      port.upsert(new Upsert(
          scene.name(),
          KEY,
          List.of(point(1, ACME, 2L)),
          UpsertMode.UPDATE_ONLY,
          Filter.matches("version", 1L),
          true));
      assertThat(port.count(scene.name(), KEY, filter)).isEqualTo(19);
      port.setPayload(scene.name(), KEY, Map.of("x", 1L), of(ACME), true);
    });
  }

  @Test
  default void section15StrictModeRefusesExactSearches() {
    strict(config -> config.setSearchAllowExact(false), (scene, port) -> {
      String text = "Exact search disabled!. Help: Set exact=false.";
      float[] vector = {1, 1, 0, 0};
      refused(() -> port.count(scene.name(), KEY, null), text);
      refused(() -> port.count(scene.name(), KEY, of(ACME)), text);
      refused(() -> port.search(scene.name(), KEY, "", vector, of(ACME), 3, true), text);
      refused(
          () -> port.search(scene.name(), KEY, "", vector, null, 3, false),
          "Request is forbidden because global vector indexing is disabled (hnsw_config.m = 0). Help:"
              + " Use tenant-specific filter, enable global vector indexing or enable strict mode"
              + " `search_allow_exact` option");
      assertThat(port.search(scene.name(), KEY, "", vector, of(ACME), 3, false)).hasSize(3);
      assertThat(
              port.scroll(ScrollRequest.whole(scene.name(), KEY, of(ACME), 5)).points())
          .hasSize(5);
      assertThat(port.facet(scene.name(), KEY, TENANT_FIELD, 10)).hasSize(1);
    });
  }

  @Test
  default void section15StrictModeLimitsPagesSearchesAndFacets() {
    strict(config -> config.setMaxQueryLimit(10), (scene, port) -> {
      String text =
          "Limit exceeded 11 > 10 for \"limit\". Help: Reduce the \"limit\" parameter to or"
              + " below 10.";
      refused(() -> port.scroll(ScrollRequest.whole(scene.name(), KEY, null, 11)), text);
      refused(() -> port.facet(scene.name(), KEY, TENANT_FIELD, 11), text);
      refused(
          () -> port.search(scene.name(), KEY, "", new float[] {1, 1, 0, 0}, of(ACME), 11, false),
          text);
      assertThat(port.scroll(ScrollRequest.whole(scene.name(), KEY, null, 10)).points())
          .hasSize(10);
      assertThat(port.retrieve(
              scene.name(), KEY, LongStream.range(0, 20).mapToObj(PointId::of).toList()))
          .hasSize(20);
    });
  }

  @Test
  default void section15StrictModeLimitsTheTimeoutOfReadsAndUpdates() {
    strict(config -> config.setMaxTimeout(5), (scene, port) -> {
      String text = " > 5 for \"timeout\". Help: Reduce the \"timeout\" parameter to or below 5.";
      refused(() -> port.scroll(ScrollRequest.whole(scene.name(), KEY, null, 5)), text);
      refused(() -> port.count(scene.name(), KEY, null), text);
      refused(() -> port.facet(scene.name(), KEY, TENANT_FIELD, 5), text);
      refused(() -> port.retrieve(scene.name(), KEY, List.of(PointId.of(1))), text);
      refused(() -> port.upsert(Upsert.of(scene.name(), KEY, List.of(point(30, ACME, 1L)))), text);
      refused(() -> port.setPayload(scene.name(), KEY, Map.of("x", 1L), of(ACME), true), text);
      refused(() -> port.delete(scene.name(), KEY, of(ACME), true), text);
      scene.key(SPARE, 0, ReplicaState.ACTIVE);
    });
  }

  @Test
  default void section15StrictModeLimitsConditions() {
    strict(config -> config.setConditionMaxSize(3).setFilterMaxConditions(2), (scene, port) -> {
      Filter four = Filter.ids(LongStream.range(0, 4).mapToObj(PointId::of).toList());
      Filter three = Filter.ids(LongStream.range(0, 3).mapToObj(PointId::of).toList());
      refused(
          () -> port.count(scene.name(), KEY, four),
          "Condition size limit reached (4 > 3). Help: Reduce the size of your condition.");
      refused(
          () -> port.setPayload(scene.name(), KEY, Map.of("x", 1L), four.and(of(ACME)), true),
          "Condition size limit reached (4 > 3). Help: Reduce the size of your condition.");
      refused(
          () ->
              port.count(scene.name(), KEY, three.and(of(ACME)).and(Filter.matches("version", 1L))),
          "Filter condition limit reached (3 > 2). Help: Reduce the amount of conditions of your"
              + " filter.");
      assertThat(port.count(scene.name(), KEY, three.and(of(ACME)))).isEqualTo(3);
      port.setPayload(scene.name(), KEY, Map.of("x", 1L), three.and(of(ACME)), true);
    });
  }

  @Test
  default void section15StrictModeLimitsBatches() {
    strict(config -> config.setUpsertMaxBatchsize(3), (scene, port) -> {
      refused(
          () -> port.upsert(Upsert.of(scene.name(), KEY, points(ACME, 0, 4, 2L))),
          "Limit exceeded 4 > 3 for \"upsert limit\". Help: Reduce the \"upsert limit\" parameter to or"
              + " below 3.");
      port.upsert(Upsert.of(scene.name(), KEY, points(ACME, 0, 3, 2L)));
      port.updateVectors(
          scene.name(),
          KEY,
          PointId.of(1),
          Map.of("", new PointVector.Dense(new float[] {1, 2, 3, 4})),
          of(ACME));
    });
  }

  @Test
  default void section15StrictModeLimitsReadsAndWritesInAMinute() {
    strict(config -> config.setReadRateLimit(6).setWriteRateLimit(6), (scene, port) -> {
      try (RawPeer peer = backend().raw(0)) {
        // A read costs one token, and one more for each condition.
        ScrollPoints page = ScrollPoints.newBuilder()
            .setCollectionName(scene.name())
            .setShardKeySelector(selector())
            .setLimit(3)
            .build();
        Throwable tooMany = null;
        int served = 0;
        while (tooMany == null && served < 30) {
          tooMany = catchThrowable(() -> peer.points().scroll(page));
          served += tooMany == null ? 1 : 0;
        }
        assertThat(served).isBetween(5, 8);
        assertThat(tooMany)
            .hasMessageMatching("RESOURCE_EXHAUSTED: Rate limiting exceeded: Read rate limit"
                + " exceeded: Operation requires 1 tokens but only \\d\\.\\d were available\\."
                + " Retry after \\d+s");
        assertThat(Status.fromThrowable(tooMany).getCode())
            .isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThatThrownBy(() -> port.retrieve(
                scene.name(), KEY, LongStream.range(0, 7).mapToObj(PointId::of).toList()))
            .isInstanceOf(QdrantException.class)
            .hasMessageContaining("Read rate limit exceeded, request larger than rate limiter"
                + " capacity, please try to split your request");
        assertThatThrownBy(() -> port.upsert(Upsert.of(scene.name(), KEY, points(ACME, 0, 7, 2L))))
            .isInstanceOf(QdrantException.class)
            .hasMessageContaining("Write rate limit exceeded, request larger than rate limiter"
                + " capacity, please try to split your request");
      }
    });
  }

  @Test
  default void section15StrictModeIsMergedAndCanBeTurnedOff() {
    strict(config -> config.setMaxQueryLimit(10), (scene, port) -> {
      configure(scene, StrictModeConfig.newBuilder().setSearchAllowExact(false).build());
      refused(() -> port.count(scene.name(), KEY, null), "Exact search disabled!");
      refused(
          () -> port.scroll(ScrollRequest.whole(scene.name(), KEY, null, 11)), "Limit exceeded");
      configure(scene, StrictModeConfig.newBuilder().setEnabled(false).build());
      assertThat(port.count(scene.name(), KEY, null)).isEqualTo(20);
      assertThat(port.scroll(ScrollRequest.whole(scene.name(), KEY, null, 11)).points())
          .hasSize(11);
      try (RawPeer peer = backend().raw(0)) {
        CountPoints count = CountPoints.newBuilder()
            .setCollectionName(scene.name())
            .setShardKeySelector(selector())
            .build();
        configure(scene, StrictModeConfig.newBuilder().setEnabled(true).build());
        assertThatThrownBy(() -> peer.points().count(count))
            .hasMessageStartingWith("INVALID_ARGUMENT: Bad request: Exact search disabled!");
        assertThat(peer.points()
                .count(count.toBuilder().setExact(false).build())
                .getResult()
                .getCount())
            .isEqualTo(20);
      }
    });
  }

  /** What a case does with a collection of 20 points in strict mode. */
  @FunctionalInterface
  interface Case {
    void run(ContractScene scene, QdrantWrites port);
  }

  private void strict(Consumer<StrictModeConfig.Builder> config, Case test) {
    try (ContractScene scene = ContractScene.create(backend())) {
      scene.put(KEY, points(ACME, 0, 20, 1L));
      StrictModeConfig.Builder strict = StrictModeConfig.newBuilder().setEnabled(true);
      config.accept(strict);
      configure(scene, strict.build());
      test.run(scene, scene.port(0));
    }
  }

  private void configure(ContractScene scene, StrictModeConfig config) {
    try (RawPeer peer = backend().raw(0)) {
      peer.collections()
          .update(UpdateCollection.newBuilder()
              .setCollectionName(scene.name())
              .setStrictModeConfig(config)
              .build());
    }
  }

  private static void refused(ThrowingCallable call, String text) {
    assertThatThrownBy(call)
        .isInstanceOf(QdrantException.Rejected.class)
        .hasMessageContaining(text);
  }

  private static ShardKeySelector selector() {
    return ShardKeySelector.newBuilder()
        .addShardKeys(ShardKeyFactory.shardKey("default"))
        .build();
  }
}
