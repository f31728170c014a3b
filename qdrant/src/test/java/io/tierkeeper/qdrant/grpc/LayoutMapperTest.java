package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.IntegerIndexParams;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.StrictMode;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What of a collection's configuration arrives, and what it means where a field is not set. */
class LayoutMapperTest {

  @Test
  void strictModeLimitsNothingUnlessItIsEnabled() {
    StrictModeConfig off = StrictModeConfig.newBuilder()
        .setSearchAllowExact(false)
        .setMaxQueryLimit(10)
        .build();
    assertThat(LayoutMapper.strictMode(off)).isEqualTo(StrictMode.OFF);
    assertThat(LayoutMapper.strictMode(
            StrictModeConfig.newBuilder().setEnabled(true).build()))
        .isEqualTo(StrictMode.OFF);
  }

  @Test
  void strictModeHasTheOptionsThatAreSet() {
    StrictModeConfig config = StrictModeConfig.newBuilder()
        .setEnabled(true)
        .setUnindexedFilteringRetrieve(false)
        .setUnindexedFilteringUpdate(true)
        .setSearchAllowExact(false)
        .setMaxQueryLimit(1)
        .setMaxTimeout(2)
        .setFilterMaxConditions(3)
        .setConditionMaxSize(4)
        .setUpsertMaxBatchsize(5)
        .setReadRateLimit(6)
        .setWriteRateLimit(7)
        .build();
    CollectionDescription description = LayoutMapper.description(
        "kb",
        CollectionInfo.newBuilder()
            .setConfig(CollectionConfig.newBuilder().setStrictModeConfig(config))
            .build());
    assertThat(description.strictMode())
        .isEqualTo(new StrictMode(
            false,
            true,
            false,
            OptionalLong.of(1),
            OptionalLong.of(2),
            OptionalLong.of(3),
            OptionalLong.of(4),
            OptionalLong.of(5),
            OptionalLong.of(6),
            OptionalLong.of(7)));
  }

  @Test
  void anIntegerIndexHasALookupUnlessItWasDeclaredWithout() {
    CollectionDescription description = LayoutMapper.description(
        "kb",
        CollectionInfo.newBuilder()
            .putPayloadSchema("a", integers(IntegerIndexParams.getDefaultInstance()))
            .putPayloadSchema(
                "b", integers(IntegerIndexParams.newBuilder().setLookup(true).build()))
            .putPayloadSchema(
                "c", integers(IntegerIndexParams.newBuilder().setLookup(false).build()))
            .putPayloadSchema(
                "d",
                PayloadSchemaInfo.newBuilder()
                    .setDataType(PayloadSchemaType.Integer)
                    .build())
            .build());
    assertThat(description.indexedFields().values())
        .extracting(IndexedField::lookup)
        .containsExactly(true, true, false, true);
  }

  private static PayloadSchemaInfo integers(IntegerIndexParams params) {
    return PayloadSchemaInfo.newBuilder()
        .setDataType(PayloadSchemaType.Integer)
        .setParams(PayloadIndexParams.newBuilder().setIntegerIndexParams(params))
        .build();
  }
}
