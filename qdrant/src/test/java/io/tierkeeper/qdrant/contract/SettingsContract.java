package io.tierkeeper.qdrant.contract;

import static io.tierkeeper.qdrant.contract.ContractScene.FALLBACK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionDescription.IndexedField;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.QdrantException.Rejected;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.CollectionSettings.SparseVector;
import io.tierkeeper.qdrant.settings.Datatype;
import io.tierkeeper.qdrant.settings.Distance;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import io.tierkeeper.qdrant.settings.Quantization.Compression;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a collection is created with is read back where Qdrant keeps it. */
public interface SettingsContract {

  Options MULTI_TENANT = Options.of(Map.of("m", 0, "payload_m", 16));
  Options HIGH_THROUGHPUT =
      Options.of(Map.of("m", 32, "ef_construct", 256, "full_scan_threshold", 10_000));
  Quantization INT8 = new Quantization.Scalar(0.99f, true);
  Options OPTIMIZERS = Options.of(Map.of(
      "default_segment_number", 2,
      "max_segment_size", 500_000,
      "memmap_threshold", 200_000,
      "indexing_threshold", 20_000));
  Options PARAMS = Options.of(
      Map.of("replication_factor", 2, "write_consistency_factor", 2, "on_disk_payload", true));

  QdrantBackend backend();

  @Test
  default void section15MultiTenantSettingsAreReadBack() {
    CollectionSettings settings = new CollectionSettings(
        new TreeMap<>(Map.of("", vector(8, MULTI_TENANT, Quantization.NONE))),
        new TreeMap<>(),
        MULTI_TENANT,
        Quantization.NONE,
        Options.NONE,
        PARAMS,
        Options.of(Map.of("enabled", true, "max_query_limit", 1000, "max_timeout", 60)));
    created(settings, (name, port) -> {
      CollectionDescription found = port.describe(name).orElseThrow();
      assertThat(found.metadata()).containsEntry("made-by", "contract");
      assertThat(found.customSharding()).isTrue();
      assertThat(found.settings().vectors()).isEqualTo(settings.vectors());
      assertThat(found.settings().hnsw().values())
          .containsAllEntriesOf(MULTI_TENANT.values())
          .containsEntry("ef_construct", 100L);
      assertThat(found.settings().quantization()).isEqualTo(Quantization.NONE);
      assertThat(found.settings().params().values()).containsAllEntriesOf(PARAMS.values());
      assertThat(found.settings().strictMode().values())
          .containsAllEntriesOf(settings.strictMode().values());
      assertThat(found.strictMode().maxQueryLimit()).hasValue(1000);
    });
  }

  @Test
  default void section15HighThroughputSettingsAreReadBackFromTheVectorAndFromTheCollection() {
    CollectionSettings settings = new CollectionSettings(
        new TreeMap<>(Map.of("", vector(8, HIGH_THROUGHPUT, Quantization.NONE))),
        new TreeMap<>(),
        HIGH_THROUGHPUT,
        INT8,
        OPTIMIZERS,
        PARAMS,
        Options.NONE);
    created(settings, (name, port) -> {
      CollectionSettings found = port.describe(name).orElseThrow().settings();
      DenseVector vector = unnamed(found);
      assertThat(vector.hnsw()).isEqualTo(HIGH_THROUGHPUT);
      assertThat(found.hnsw().values()).containsAllEntriesOf(HIGH_THROUGHPUT.values());
      assertThat(found.quantizationOf(vector)).isEqualTo(INT8);
      assertThat(found.optimizers().values()).containsAllEntriesOf(OPTIMIZERS.values());
    });
  }

  @Test
  default void section15NamedSparseAndMultivectorsAreReadBack() {
    CollectionSettings settings = new CollectionSettings(
        new TreeMap<>(Map.of(
            "text", vector(8, MULTI_TENANT, new Quantization.Product(Compression.X16, true)),
            "image",
                new DenseVector(
                    4,
                    Distance.EUCLID,
                    Datatype.UINT8,
                    true,
                    false,
                    HIGH_THROUGHPUT,
                    new Quantization.Binary(false)),
            "tokens",
                new DenseVector(
                    4,
                    Distance.DOT,
                    Datatype.FLOAT16,
                    false,
                    true,
                    MULTI_TENANT,
                    Quantization.NONE))),
        new TreeMap<>(Map.of(
            "words", new SparseVector(true, true, Datatype.FLOAT16), "plain", SparseVector.PLAIN)),
        MULTI_TENANT,
        Quantization.NONE,
        Options.NONE,
        PARAMS,
        Options.NONE);
    created(settings, (name, port) -> {
      CollectionSettings found = port.describe(name).orElseThrow().settings();
      assertThat(found.vectors()).isEqualTo(settings.vectors());
      assertThat(found.sparseVectors()).isEqualTo(settings.sparseVectors());
    });
  }

  @Test
  default void section15ACollectionOfSparseVectorsOnlyIsReadBack() {
    CollectionSettings settings = new CollectionSettings(
        new TreeMap<>(),
        new TreeMap<>(Map.of("words", new SparseVector(true, false, Datatype.FLOAT32))),
        Options.NONE,
        Quantization.NONE,
        Options.NONE,
        Options.NONE,
        Options.NONE);
    created(settings, (name, port) -> {
      CollectionSettings found = port.describe(name).orElseThrow().settings();
      assertThat(found.vectors()).isEmpty();
      assertThat(found.sparseVectors()).isEqualTo(settings.sparseVectors());
    });
  }

  /** Tierkeeper creates the fallback key last: as long as there is no key, no client can have written a point. */
  @Test
  default void section15IndexesThatAreCreatedBeforeTheFirstKeyAreInItsShard() {
    created(plain(), (name, port) -> {
      for (int repeat = 0; repeat < 2; repeat++) {
        port.createTenantIndex(name, ContractScene.TENANT_FIELD, TenantIndex.UUID);
        for (IndexType type : IndexType.values()) {
          port.createPayloadIndex(name, "field_" + type.word(), type);
        }
      }
      port.createShardKey(name, FALLBACK, 2);
      Map<String, IndexedField> indexes = port.describe(name).orElseThrow().indexedFields();
      assertThat(indexes).hasSize(1 + IndexType.values().length);
      assertThat(indexes.get(ContractScene.TENANT_FIELD)).isEqualTo(new IndexedField("uuid", true));
      for (IndexType type : IndexType.values()) {
        assertThat(indexes.get("field_" + type.word()))
            .isEqualTo(new IndexedField(type.word(), false));
      }
    });
  }

  @Test
  default void section15AKeyIsCreatedOnceWithItsReplicasOnPeersThatTheServerChooses() {
    created(plain(), (name, port) -> {
      port.createShardKey(name, FALLBACK, 2);
      Awaitility.await()
          .untilAsserted(() -> assertThat(port.view(name).orElseThrow().replicasOf(FALLBACK))
              .hasSize(2)
              .allSatisfy(replica -> assertThat(replica.state()).isEqualTo(ReplicaState.ACTIVE)));
      assertThat(port.view(name).orElseThrow().replicasOf(FALLBACK))
          .extracting(Replica::shardId)
          .containsOnly(1);
      assertThatThrownBy(() -> port.createShardKey(name, FALLBACK, 2))
          .isInstanceOf(Rejected.class)
          .hasMessageContaining("already exists");
    });
  }

  @Test
  default void section15QuantisationIsSwitchedOnChangedAndSwitchedOff() {
    created(plain(), (name, port) -> {
      port.createShardKey(name, FALLBACK, 1);
      for (Quantization next : new Quantization[] {
        INT8,
        new Quantization.Product(Compression.X32, false),
        new Quantization.Binary(true),
        Quantization.NONE
      }) {
        port.changeQuantization(name, next, Map.of());
        awaitSettings(port, name, found -> assertThat(found.quantization()).isEqualTo(next));
      }
      port.changeQuantization(name, Quantization.NONE, Map.of("", INT8));
      awaitSettings(
          port, name, own -> assertThat(own.ownQuantizations()).isEqualTo(Map.of("", INT8)));
      port.changeQuantization(name, new Quantization.Binary(true), Map.of("", Quantization.NONE));
      awaitSettings(port, name, shared -> {
        assertThat(shared.ownQuantizations()).isEmpty();
        assertThat(shared.quantizationOf(unnamed(shared))).isEqualTo(new Quantization.Binary(true));
      });
    });
  }

  /** A peer may answer before it shows the change itself. */
  private static void awaitSettings(
      QdrantWrites port, String name, Consumer<CollectionSettings> expected) {
    Awaitility.await()
        .untilAsserted(() -> expected.accept(port.describe(name).orElseThrow().settings()));
  }

  private static DenseVector unnamed(CollectionSettings settings) {
    return Objects.requireNonNull(settings.vectors().get(""));
  }

  private static CollectionSettings plain() {
    return CollectionTemplate.tiered("", 8).settings();
  }

  private static DenseVector vector(int size, Options hnsw, Quantization quantization) {
    return new DenseVector(
        size, Distance.COSINE, Datatype.FLOAT32, false, false, hnsw, quantization);
  }

  private void created(CollectionSettings settings, BiConsumer<String, QdrantWrites> test) {
    String name = "contract-" + UUID.randomUUID();
    QdrantWrites port = backend().cluster().peers().get(0);
    port.createCollection(new CollectionTemplate(name, settings, Map.of("made-by", "contract")));
    try {
      test.accept(name, port);
    } finally {
      port.deleteCollection(name);
    }
  }
}
