package io.tierkeeper.client;

import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.HnswConfigDiff;
import io.qdrant.client.grpc.Collections.IntegerIndexParams;
import io.qdrant.client.grpc.Collections.KeywordIndexParams;
import io.qdrant.client.grpc.Collections.MultiVectorComparator;
import io.qdrant.client.grpc.Collections.MultiVectorConfig;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.ShardingMethod;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.UuidIndexParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import io.tierkeeper.client.CollectionSpec.TenantIndex;
import io.tierkeeper.client.CollectionSpec.VectorSpec;
import java.util.Map;

/** The layout of a collection for tenants as requests, and what its metadata says. */
final class CollectionLayout {

  /** The field of a collection's metadata for all that Tierkeeper says of it. */
  private static final String METADATA = "tierkeeper";

  private static final String CREATED_BY = "createdBy";

  /** What the operator writes into the metadata of a collection that it creates: namespace and name of the TieredCollection. */
  private static final String CREATED_FOR = "tierkeeper.io/created-for";

  private static final String CLIENT = "io.tierkeeper.client";

  /** Edges of a point in the graph of its tenant; the graph over all tenants has none. */
  private static final int TENANT_EDGES = 16;

  private CollectionLayout() {}

  static CreateCollection create(ClientConfig config, CollectionSpec spec) {
    CreateCollection.Builder request = CreateCollection.newBuilder()
        .setCollectionName(config.collection())
        .setShardingMethod(ShardingMethod.Custom)
        .setShardNumber(1)
        .setReplicationFactor(spec.replicationFactor())
        .setHnswConfig(HnswConfigDiff.newBuilder().setM(0).setPayloadM(TENANT_EDGES))
        .putMetadata(
            METADATA,
            Value.newBuilder()
                .setStructValue(Struct.newBuilder().putFields(CREATED_BY, Values.text(CLIENT)))
                .build());
    VectorParamsMap.Builder named = VectorParamsMap.newBuilder();
    SparseVectorConfig.Builder sparse = SparseVectorConfig.newBuilder();
    spec.vectors().forEach((name, vector) -> {
      if (vector instanceof VectorSpec.Sparse) {
        sparse.putMap(name, SparseVectorParams.getDefaultInstance());
      } else {
        named.putMap(name, params(vector));
      }
    });
    if (sparse.getMapCount() > 0) {
      request.setSparseVectorsConfig(sparse);
    }
    if (spec.vectors().containsKey(Point.UNNAMED) && named.getMapCount() == 1) {
      request.setVectorsConfig(
          VectorsConfig.newBuilder().setParams(named.getMapOrThrow(Point.UNNAMED)));
    } else if (named.getMapCount() > 0) {
      request.setVectorsConfig(VectorsConfig.newBuilder().setParamsMap(named));
    }
    return request.build();
  }

  private static VectorParams params(VectorSpec vector) {
    if (vector instanceof VectorSpec.Multi multi) {
      return params(multi.size(), multi.distance())
          .setMultivectorConfig(
              MultiVectorConfig.newBuilder().setComparator(MultiVectorComparator.MaxSim))
          .build();
    }
    VectorSpec.Dense dense = (VectorSpec.Dense) vector;
    return params(dense.size(), dense.distance()).build();
  }

  private static VectorParams.Builder params(int size, Distance distance) {
    return VectorParams.newBuilder().setSize(size).setDistance(distance(distance));
  }

  private static io.qdrant.client.grpc.Collections.Distance distance(Distance distance) {
    return switch (distance) {
      case COSINE -> io.qdrant.client.grpc.Collections.Distance.Cosine;
      case DOT -> io.qdrant.client.grpc.Collections.Distance.Dot;
      case EUCLID -> io.qdrant.client.grpc.Collections.Distance.Euclid;
      case MANHATTAN -> io.qdrant.client.grpc.Collections.Distance.Manhattan;
    };
  }

  static CreateFieldIndexCollection tenantIndex(ClientConfig config, TenantIndex type) {
    PayloadIndexParams.Builder params = PayloadIndexParams.newBuilder();
    FieldType fieldType = switch (type) {
      case KEYWORD -> {
        params.setKeywordIndexParams(KeywordIndexParams.newBuilder().setIsTenant(true));
        yield FieldType.FieldTypeKeyword;
      }
      case UUID -> {
        params.setUuidIndexParams(UuidIndexParams.newBuilder().setIsTenant(true));
        yield FieldType.FieldTypeUuid;
      }
      case INTEGER -> {
        params.setIntegerIndexParams(
            IntegerIndexParams.newBuilder().setLookup(true).setRange(false));
        yield FieldType.FieldTypeInteger;
      }
    };
    return CreateFieldIndexCollection.newBuilder()
        .setCollectionName(config.collection())
        .setFieldName(config.tenantField())
        .setFieldType(fieldType)
        .setFieldIndexParams(params)
        .setWait(true)
        .build();
  }

  static boolean isCreatedByClient(Map<String, Value> metadata) {
    return metadata
        .getOrDefault(METADATA, Value.getDefaultInstance())
        .getStructValue()
        .getFieldsOrDefault(CREATED_BY, Value.getDefaultInstance())
        .getStringValue()
        .equals(CLIENT);
  }

  /** The TieredCollection that the operator created the collection for; empty where its metadata names none. */
  static String tieredCollection(Map<String, Value> metadata) {
    return metadata.getOrDefault(CREATED_FOR, Value.getDefaultInstance()).getStringValue();
  }
}
