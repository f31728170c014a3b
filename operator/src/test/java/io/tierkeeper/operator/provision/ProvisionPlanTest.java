package io.tierkeeper.operator.provision;

import static io.tierkeeper.operator.provision.ProvisionSamples.plan;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.qdrant.settings.CollectionSettings;
import io.tierkeeper.qdrant.settings.IndexType;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import io.tierkeeper.qdrant.settings.Quantization.Compression;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The values of the profiles, and what overrides them. */
class ProvisionPlanTest {

  private static final Options MULTI_TENANT = Options.of(Map.of("m", 0, "payload_m", 16));

  @Test
  void theDefaultProfileHasAGraphForEachTenant() {
    CollectionSettings settings = plan("vectorSize: 8").settings();
    assertThat(settings.hnsw()).isEqualTo(MULTI_TENANT);
    assertThat(Objects.requireNonNull(settings.vectors().get("")).hnsw())
        .as("on the vector too")
        .isEqualTo(MULTI_TENANT);
    assertThat(settings.quantization()).isEqualTo(Quantization.NONE);
    assertThat(settings.optimizers()).isEqualTo(Options.NONE);
    assertThat(settings.strictMode()).isEqualTo(Options.NONE);
    assertThat(settings.params())
        .isEqualTo(Options.of(Map.of(
            "replication_factor", 1, "write_consistency_factor", 1, "on_disk_payload", true)));
  }

  @Test
  void theProfileForThroughputHasTheValuesOfTheDocumentation() {
    CollectionSettings settings =
        plan("{vectorSize: 8, profile: HighThroughput}").settings();
    Options graph = Options.of(Map.of("m", 32, "ef_construct", 256, "full_scan_threshold", 10_000));
    assertThat(settings.hnsw()).isEqualTo(graph);
    assertThat(Objects.requireNonNull(settings.vectors().get("")).hnsw()).isEqualTo(graph);
    assertThat(settings.quantization()).isEqualTo(new Quantization.Scalar(0.99f, true));
    assertThat(settings.optimizers())
        .isEqualTo(Options.of(Map.of(
            "default_segment_number", 2,
            "max_segment_size", 500_000,
            "memmap_threshold", 200_000,
            "indexing_threshold", 20_000)));
  }

  @Test
  void eachFieldOverridesTheProfile() {
    CollectionSettings settings = plan("""
        profile: HighThroughput
        vectorSize: 8
        hnsw: {m: 16, payloadM: 8}
        quantization: {quantile: "0.95"}
        optimizers: {indexingThreshold: 5000}
        """).settings();
    assertThat(settings.hnsw().values())
        .containsEntry("m", 16L)
        .containsEntry("payload_m", 8L)
        .containsEntry("ef_construct", 256L);
    assertThat(settings.quantization()).isEqualTo(new Quantization.Scalar(0.95f, true));
    assertThat(settings.optimizers().values())
        .containsEntry("indexing_threshold", 5000L)
        .containsEntry("max_segment_size", 500_000L);
    assertThat(plan("{vectorSize: 8, profile: HighThroughput, quantization: {type: None}}")
            .settings()
            .quantization())
        .isEqualTo(Quantization.NONE);
  }

  @Test
  void quantisationIsOfTheCollectionUnlessVectorsDiffer() {
    CollectionSettings same = plan("""
        vectors: [{name: a, size: 8}, {name: b, size: 8}]
        quantization: {type: Product, compression: X8}
        """).settings();
    assertThat(same.quantization()).isEqualTo(new Quantization.Product(Compression.X8, null));
    assertThat(same.ownQuantizations()).isEmpty();
    CollectionSettings different = plan("""
        vectors: [{name: a, size: 8}, {name: b, size: 8, quantization: {type: None}}]
        quantization: {type: Binary}
        """).settings();
    assertThat(different.quantization()).isEqualTo(Quantization.NONE);
    assertThat(different.ownQuantizations()).isEqualTo(Map.of("a", new Quantization.Binary(null)));
  }

  @Test
  void strictModeThatWantsIndexesGetsTheIndexThatMovesNeed() {
    ProvisionPlan plan = plan("{vectorSize: 8, strictMode: {unindexedFilteringRetrieve: false}}");
    assertThat(plan.payloadIndexes()).isEqualTo(Map.of("tierkeeper_move", IndexType.KEYWORD));
    assertThat(plan.settings().strictMode().values()).containsEntry("enabled", true);
  }

  @Test
  void aValueThatWasStoredWithoutTheSchemaIsNamed() {
    assertThatThrownBy(() -> plan("{vectors: [{name: a}]}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("vectors[].size");
    assertThatThrownBy(() -> plan("{vectorSize: 4, quantization: {quantile: much}}"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void memoryIsThatOfTheFormula() {
    MemoryEstimate memory =
        MemoryEstimate.of(plan("{vectorSize: 1024, profile: HighThroughput}"), 1_000_000);
    assertThat(memory)
        .isEqualTo(new MemoryEstimate(
            1_000_000, 4_096_000_000L, 1_024_000_000L, 128_000_000L, 1_024_000_000L, 256_000_000L));
    assertThat(memory.words())
        .isEqualTo("Memory of one replica for 1000000 points: vectors 4096 MB (as INT8 1024 MB, as"
            + " binary 128 MB), quantised as set 1024 MB, graph edges at most 256 MB.");
    MemoryEstimate several = MemoryEstimate.of(plan("""
        vectors:
          - {name: a, size: 100, datatype: Float16, quantization: {type: Product, compression: X32}}
          - {name: b, size: 10, datatype: Uint8, quantization: {type: Binary}}
        """), 1000);
    assertThat(several.vectors()).isEqualTo(210_000);
    assertThat(several.quantised()).isEqualTo(1000 * (12 + 2));
    assertThat(several.edges()).isEqualTo(2 * 1000 * 2 * 16 * 4);
    assertThat(MemoryEstimate.of(plan("vectorSize: 8"), 10).words()).contains("not quantised");
  }
}
