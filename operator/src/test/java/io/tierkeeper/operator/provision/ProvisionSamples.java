package io.tierkeeper.operator.provision;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.api.v1alpha1.TieredCollectionSpec;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.StrictMode;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Specs with {@code provision}, and collections as Qdrant shows them. */
final class ProvisionSamples {

  /** Sets every field but those of the short form of the unnamed vector. */
  static final String EVERY_FIELD = """
      profile: MultiTenant
      apply: None
      vectors:
        - name: text
          size: 1024
          distance: Cosine
          datatype: Float32
          onDisk: false
          multivector: false
          hnsw: {m: 0, payloadM: 24, efConstruct: 200, fullScanThreshold: 5000, onDisk: false}
          quantization: {type: Scalar, quantile: "0.98", alwaysRam: true}
        - name: image
          size: 512
          quantization: {type: Product, compression: X16, alwaysRam: false}
      sparseVectors:
        - {name: words, modifier: Idf, onDisk: false, datatype: Float32}
      tenantIndex: Keyword
      hnsw: {m: 8, payloadM: 16, efConstruct: 100, fullScanThreshold: 10000, onDisk: false}
      quantization: {type: Binary, alwaysRam: true}
      optimizers: {defaultSegmentNumber: 4, maxSegmentSize: 300000, memmapThreshold: 100000, indexingThreshold: 10000}
      payloadIndexes:
        - {field: source, type: Keyword}
      replicationFactor: 2
      writeConsistencyFactor: 1
      onDiskPayload: true
      strictMode:
        enabled: true
        maxQueryLimit: 1000
        maxTimeout: 60
        unindexedFilteringRetrieve: true
        searchMaxHnswEf: 512
        upsertMaxBatchsize: 1000
        filterMaxConditions: 100
        conditionMaxSize: 2000
        readRateLimit: 10000
        writeRateLimit: 10000
        maxPointsCount: 100000000
        maxCollectionVectorSizeBytes: 1000000000000
        maxCollectionPayloadSizeBytes: 1000000000000
        maxPayloadIndexCount: 100
      expectedPoints: 2000000
      """;

  private ProvisionSamples() {}

  static TieredCollectionSpec spec(String provision) {
    return Serialization.unmarshal("""
            spec:
              collection: kb
              tenantKey: group_id
              fallbackShardKey: default
              provision:
            """ + provision.indent(4), TieredCollection.class)
        .getSpec();
  }

  static ProvisionPlan plan(String provision) {
    return ProvisionPlan.of(spec(provision));
  }

  /** A collection that was created by a plan, as Qdrant shows it. */
  static CollectionDescription created(ProvisionPlan plan, String owner) {
    Map<String, IndexedField> indexes = new TreeMap<>();
    plan.payloadIndexes()
        .forEach((field, type) -> indexes.put(field, new IndexedField(type.word(), false)));
    indexes.put(
        plan.tenantKey(),
        new IndexedField(
            plan.tenantIndex().name().toLowerCase(Locale.ROOT),
            plan.tenantIndex() != TenantIndex.INTEGER));
    return new CollectionDescription(
        plan.collection(),
        true,
        plan.replicas(),
        1,
        indexes,
        0,
        0,
        StrictMode.OFF,
        OptionalLong.empty(),
        plan.settings(),
        Map.of(ProvisionDecision.CREATED_FOR, owner),
        UpdateQueue.NONE);
  }
}
