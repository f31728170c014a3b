package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.IntegerIndexParams;
import io.qdrant.client.grpc.Collections.MultiVectorConfig;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaInfo;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateQueueInfo;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.StrictMode;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
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
  void describesEachKindOfVectorAndTheUpdateQueue() {
    VectorParamsMap named = VectorParamsMap.newBuilder()
        .putMap("text", VectorParams.newBuilder().setSize(4).build())
        .putMap(
            "late",
            VectorParams.newBuilder()
                .setSize(2)
                .setMultivectorConfig(MultiVectorConfig.getDefaultInstance())
                .build())
        .build();
    CollectionInfo.Builder info = CollectionInfo.newBuilder()
        .setConfig(CollectionConfig.newBuilder()
            .setParams(CollectionParams.newBuilder()
                .setVectorsConfig(VectorsConfig.newBuilder().setParamsMap(named))
                .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                    .putMap("words", SparseVectorParams.getDefaultInstance()))))
        .setUpdateQueue(UpdateQueueInfo.newBuilder().setLength(3).setDeferredPoints(9));
    CollectionDescription description = LayoutMapper.description("kb", info.build());
    assertThat(description.settings().vectors()).hasSize(2);
    assertThat(description.settings().vectors().get("text"))
        .extracting(DenseVector::size, DenseVector::multivector)
        .containsExactly(4L, false);
    assertThat(description.settings().vectors().get("late"))
        .extracting(DenseVector::size, DenseVector::multivector)
        .containsExactly(2L, true);
    assertThat(description.settings().sparseVectors()).containsOnlyKeys("words");
    assertThat(description.updateQueue()).isEqualTo(new UpdateQueue(3, 9));
    assertThat(
            LayoutMapper.description("kb", CollectionInfo.getDefaultInstance()).updateQueue())
        .isEqualTo(UpdateQueue.NONE);
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
