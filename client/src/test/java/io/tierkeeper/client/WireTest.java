package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.ShardKeyFactory;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** Each request that leaves the client has the selector and the filter of its tenant, in every place that can have one. */
class WireTest {

  private static final String FIELD = "metadata.tenant_id";
  private static final ClientConfig CONFIG = ClientConfig.builder("kb")
      .tenantField(FIELD)
      .fallbackShardKey("shared")
      .retry(RetryPolicy.DEFAULT.withMaxAttempts(1))
      .build();

  /** What an operation may send; a new kind of request has to be thought about here. */
  private static final Set<String> KNOWN = Set.of(
      "CountPoints",
      "DeletePayloadPoints",
      "DeletePointVectors",
      "DeletePoints",
      "QueryBatchPoints",
      "QueryPoints",
      "ScrollPoints",
      "SetPayloadPoints",
      "UpdatePointVectors",
      "UpsertPoints");

  @Provide
  Arbitrary<String> tenants() {
    return HostileTenants.any();
  }

  @Provide
  Arbitrary<Filter> filters() {
    return HostileFilters.any(List.of("acme", "other"), 9);
  }

  @Provide
  Arbitrary<List<PointId>> ids() {
    return Arbitraries.longs().map(PointId::of).list().ofMinSize(1).ofMaxSize(3);
  }

  @Property(tries = 100_000, shrinking = ShrinkingMode.OFF, edgeCases = EdgeCasesMode.NONE)
  void everyRequestHasSelectorAndFilter(
      @ForAll("tenants") String tenant,
      @ForAll TenantOperation operation,
      @ForAll("filters") Filter filter,
      @ForAll("ids") List<PointId> ids) {
    RecordingChannel channel = new RecordingChannel();
    try (TenantClient client = TenantClient.over(CONFIG, channel)) {
      perform(client, tenant, operation, filter, ids);
    }
    channel.requests().forEach(request -> check(tenant, request));
  }

  private static void perform(
      TenantClient client,
      String tenant,
      TenantOperation operation,
      Filter filter,
      List<PointId> ids) {
    try {
      operation.perform(client.forTenant(tenant), ids, filter);
    } catch (TenantClientException.InvalidRequest
        | TenantClientException.IdConflict
        | TenantClientException.NotFound refused) {
      // What was sent before is checked all the same.
    }
  }

  @Test
  void everyKindOfRequestIsSent() {
    RecordingChannel channel = new RecordingChannel();
    Set<String> sent = new TreeSet<>();
    try (TenantClient client = TenantClient.over(CONFIG, channel)) {
      for (TenantOperation operation : TenantOperation.values()) {
        channel.counted(1);
        perform(
            client,
            "acme",
            operation,
            Filter.newBuilder().addMust(ConditionFactory.match("a", 1)).build(),
            List.of(PointId.of(1)));
      }
      client
          .forTenant("acme")
          .search(Search.fusion(
              Search.Fusion.RRF,
              Search.nearest(1, 2).using("dense"),
              Search.nearest(VectorData.sparse(new int[] {1}, new float[] {1})).using("words")));
    }
    channel.requests().forEach(request -> {
      check("acme", request);
      sent.add(request.getDescriptorForType().getName());
    });
    assertThat(sent).isEqualTo(new TreeSet<>(KNOWN));
  }

  private static void check(String tenant, Message request) {
    assertThat(KNOWN).contains(request.getDescriptorForType().getName());
    if (request.getDescriptorForType().getName().equals("QueryBatchPoints")) {
      ((io.qdrant.client.grpc.Points.QueryBatchPoints) request)
          .getQueryPointsList()
          .forEach(query -> check(tenant, query));
      return;
    }
    checkParts(tenant, request);
    assertThat(value(request, "shard_key_selector"))
        .isEqualTo(ShardKeySelector.newBuilder()
            .addShardKeys(ShardKeyFactory.shardKey(tenant))
            .setFallback(ShardKeyFactory.shardKey("shared"))
            .build());
  }

  /** The filter of a request, or of a part of it. */
  private static void checkParts(String tenant, Message message) {
    Condition own = ConditionFactory.matchKeyword(FIELD, tenant);
    int filters = 0;
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      switch (field.getName()) {
        case "filter", "update_filter" -> {
          filters++;
          assertThat(((Filter) message.getField(field)).getMustList()).contains(own);
        }
        case "points", "points_selector" -> {
          if (!field.isRepeated()) {
            filters++;
            PointsSelector selector = (PointsSelector) message.getField(field);
            assertThat(selector.getFilter().getMustList()).contains(own);
          } else if (message instanceof io.qdrant.client.grpc.Points.UpsertPoints upsert) {
            upsert.getPointsList().forEach(point -> checkTenant(tenant, point));
          }
        }
        case "prefetch" -> {
          for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
            checkParts(tenant, (Message) message.getRepeatedField(field, i));
          }
        }
        case "lookup_from", "with_lookup" -> assertThat(message.hasField(field)).isFalse();
        default -> {}
      }
    }
    assertThat(filters).as("filters of %s", message).isOne();
    assertThat(message.toString()).doesNotContain("nearest {\n    id");
  }

  private static void checkTenant(String tenant, PointStruct point) {
    assertThat(point
            .getPayloadOrThrow("metadata")
            .getStructValue()
            .getFieldsOrThrow("tenant_id")
            .getStringValue())
        .isEqualTo(tenant);
  }

  private static Object value(Message message, String name) {
    return message.getField(message.getDescriptorForType().findFieldByName(name));
  }
}
