package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.PointsGrpc;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * No call of a tenant reads or changes a point of another one, whatever its name, its filters and the ids that it asks for: tried on
 * the emulator, where two tenants share the fallback with it and a third has a dedicated key.
 */
class IsolationTest {

  private static final List<String> VICTIMS = List.of("acme", "other", "big");
  private static final int POINTS = 3;
  private static final long MAX_ID = 40;

  private static final EmulatedQdrant QDRANT = EmulatedQdrant.withoutPorts(
      EmulatorOptions.defaults().withPeers(1).withConsensusLag(Duration.ZERO),
      Scheduler.realTime(),
      Duration.ofSeconds(10));
  private static final TenantClient CLIENT = TenantClient.over(
      ClientRig.config(QDRANT)
          // A conflict is reported at once.
          .retry(RetryPolicy.DEFAULT.withMaxAttempts(1))
          .build(),
      QDRANT.peers().get(0).channel());
  private static final List<RetrievedPoint> BEFORE = load();

  private static List<RetrievedPoint> load() {
    CLIENT.collection().create();
    DedicatedKeys.create(QDRANT, "big");
    for (int i = 0; i < VICTIMS.size(); i++) {
      long first = 10L * i;
      CLIENT
          .forTenant(VICTIMS.get(i))
          .upsert(
              LongStream.range(first, first + POINTS).mapToObj(ClientRig::point).toList());
    }
    return contents();
  }

  @AfterContainer
  static void stop() {
    CLIENT.close();
    QDRANT.close();
  }

  /** The points of the three, in whatever key they are. */
  private static List<RetrievedPoint> contents() {
    return PointsGrpc.newBlockingStub(QDRANT.peers().get(0).channel())
        .scroll(ScrollPoints.newBuilder()
            .setCollectionName(ClientRig.COLLECTION)
            .setFilter(Filter.newBuilder()
                .addMust(
                    ConditionFactory.matchKeywords(ClientConfig.DEFAULT_TENANT_FIELD, VICTIMS)))
            .setLimit(100)
            .setWithPayload(Shown.ALL.payloadSelector())
            .setWithVectors(Shown.ALL.vectorsSelector())
            .build())
        .getResultList();
  }

  @Provide
  Arbitrary<String> tenants() {
    return HostileTenants.any().filter(name -> !VICTIMS.contains(name));
  }

  @Provide
  Arbitrary<Filter> filters() {
    List<String> names = new ArrayList<>(VICTIMS);
    names.add("default");
    return HostileFilters.any(names, MAX_ID);
  }

  @Provide
  Arbitrary<List<PointId>> ids() {
    Arbitrary<PointId> id = Arbitraries.oneOf(
        Arbitraries.longs().between(0, MAX_ID).map(PointId::of),
        Arbitraries.of("doc-1", "0", "acme").map(PointId::of));
    return id.list().ofMinSize(1).ofMaxSize(3);
  }

  @Property(shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void noCallReachesThePointsOfAnotherTenant(
      @ForAll("tenants") String tenant,
      @ForAll TenantOperation operation,
      @ForAll("filters") Filter filter,
      @ForAll("ids") List<PointId> ids) {
    TenantPoints points;
    try {
      points = CLIENT.forTenant(tenant);
    } catch (TenantClientException.InvalidRequest refused) {
      // A value that no tenant can have has no points either.
      return;
    }
    try {
      Set<PointId> seen = operation.perform(points, ids, filter);
      if (!seen.isEmpty()) {
        assertThat(points.stream(null, 100, Shown.ID).map(Point::id))
            .as("the points of tenant %s, of which %s has shown some", tenant, operation)
            .containsAll(seen);
      }
    } catch (TenantClientException.IdConflict | TenantClientException.NotFound foreign) {
      // An id of another tenant: nothing was changed, which is verified below.
    } catch (TenantClientException.InvalidRequest refused) {
      assertThat(refused)
          .hasMessageMatching("the filter is empty|.*Not existing vector name.*|.*ector.*");
    }
    if (operation.isWrite()) {
      assertThat(BEFORE).hasSize(VICTIMS.size() * POINTS);
      assertThat(contents()).as("after %s of tenant %s", operation, tenant).isEqualTo(BEFORE);
    }
  }
}
