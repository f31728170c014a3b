package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SegmentsTest {

  /** The fields of Qdrant 1.19.0 that are read. */
  private static final String TELEMETRY = """
      {"result": {"collections": {"collections": [
        {"id": "other", "shards": [{"id": 9, "key": "k", "local": {"segments": [
          {"info": {"segment_type": "plain", "num_points": 5}}]}}]},
        {"id": "kb", "shards": [
          {"id": 1, "key": "default", "local": {"segments": [
            {"info": {"segment_type": "indexed", "num_points": 300},
             "config": {"vector_data": {"": {"quantization_config": {"scalar": {"type": "int8"}}}}},
             "vector_index_searches": [{"filtered_large_cardinality": {"count": 30}, "filtered_small_cardinality": {"count": %d}}]},
            {"info": {"segment_type": "plain", "num_points": 100},
             "config": {"vector_data": {"": {"quantization_config": null}}},
             "vector_index_searches": [{"filtered_plain": {"count": 10}}]},
            {"info": {"segment_type": "plain", "num_points": 0}}]}},
          {"id": 2, "key": "big", "local": {"segments": [
            {"info": {"segment_type": "indexed", "num_points": 50},
             "config": {"vector_data": {"": {"quantization_config": null}}},
             "vector_index_searches": [{"unfiltered_hnsw": {"count": %d}, "filtered_exact": {"count": 5}}]}]}},
          {"id": 3, "key": "elsewhere", "local": null}]}]}}}
      """;

  @Test
  void readsShardsAndSearches() throws Exception {
    Segments segments = Segments.of("kb", List.of(telemetry(20, 1), telemetry(0, 0)));
    assertThat(segments.shards().subList(0, 2))
        .containsExactly(
            new Segments.Shard("default", 400, 2, 0.75, Set.of("scalar")),
            new Segments.Shard("big", 50, 1, 1, Set.of("none")));
    assertThat(segments.shards()).hasSize(4);
    assertThat(segments.graph()).isEqualTo(61);
    assertThat(segments.all()).isEqualTo(61 + 20 + 10 + 5 + 10 + 5);
  }

  @Test
  void knowsWhichSearchesUsedAGraph() throws Exception {
    Segments before = Segments.of("kb", List.of(telemetry(20, 1)));
    assertThat(Segments.of("kb", List.of(telemetry(23, 2))).graphShareSince(before))
        .isEqualTo(0.25);
    assertThat(Segments.of("kb", List.of(telemetry(30, 1))).graphShareSince(before))
        .isZero();
  }

  @Test
  void doesNotKnowItWithoutSearchesOrAfterSegmentsWereReplaced() throws Exception {
    Segments before = Segments.of("kb", List.of(telemetry(20, 1)));
    assertThat(before.graphShareSince(before)).isNull();
    assertThat(Segments.of("kb", List.of(telemetry(40, 0))).graphShareSince(before))
        .isNull();
    assertThat(Segments.of("kb", List.of(telemetry(2, 1))).graphShareSince(before))
        .isNull();
    assertThat(Segments.of("kb", List.of()).graphShareSince(Segments.of("kb", List.of())))
        .isNull();
  }

  private static JsonNode telemetry(int small, int graph) throws Exception {
    return new ObjectMapper().readTree(TELEMETRY.formatted(small, graph));
  }
}
