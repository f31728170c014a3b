package io.tierkeeper.lab.benchmarks.search;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What Qdrant's telemetry shows of the segments of one collection.
 *
 * @param shards by shard key, on all peers
 * @param graph searches of a segment that used its HNSW graph, since the segment exists
 * @param all searches of a segment
 */
record Segments(List<Shard> shards, long graph, long all) {

  /** A segment whose vectors are not quantised. */
  static final String NONE = "none";

  private static final List<String> GRAPH =
      List.of("unfiltered_hnsw", "filtered_large_cardinality");
  private static final List<String> NO_GRAPH = List.of(
      "unfiltered_plain",
      "unfiltered_exact",
      "filtered_plain",
      "filtered_small_cardinality",
      "filtered_exact");

  /**
   * A replica of a shard.
   *
   * @param segments that have points
   * @param indexedShare points in segments that the optimiser has built, as a share of all
   * @param quantizations of the segments that the optimiser has built, by Qdrant's words; {@value #NONE} of one without
   */
  record Shard(
      String key, long points, int segments, double indexedShare, Set<String> quantizations) {}

  /** Reads the answers of {@code /telemetry?details_level=4} of all peers. */
  static Segments of(String collection, List<JsonNode> answers) {
    List<Shard> shards = new ArrayList<>();
    long graph = 0;
    long all = 0;
    for (JsonNode answer : answers) {
      for (JsonNode each : answer.at("/result/collections/collections")) {
        if (!each.path("id").asText().equals(collection)) {
          continue;
        }
        for (JsonNode shard : each.path("shards")) {
          JsonNode segments = shard.at("/local/segments");
          if (segments.isArray()) {
            shards.add(shard(shard.path("key").asText(), segments));
            for (JsonNode segment : segments) {
              for (JsonNode searches : segment.path("vector_index_searches")) {
                long withGraph = sum(searches, GRAPH);
                graph += withGraph;
                all += withGraph + sum(searches, NO_GRAPH);
              }
            }
          }
        }
      }
    }
    return new Segments(shards, graph, all);
  }

  private static Shard shard(String key, JsonNode segments) {
    long points = 0;
    long indexed = 0;
    Set<String> quantizations = new TreeSet<>();
    int count = 0;
    for (JsonNode segment : segments) {
      JsonNode info = segment.path("info");
      long ofSegment = info.path("num_points").asLong();
      points += ofSegment;
      count += ofSegment > 0 ? 1 : 0;
      if (info.path("segment_type").asText().equals("indexed")) {
        indexed += ofSegment;
        for (JsonNode vector : segment.at("/config/vector_data")) {
          Iterator<String> kinds = vector.path("quantization_config").fieldNames();
          quantizations.add(kinds.hasNext() ? kinds.next() : NONE);
        }
      }
    }
    return new Shard(
        key, points, count, points == 0 ? 0 : (double) indexed / points, quantizations);
  }

  private static long sum(JsonNode searches, List<String> kinds) {
    return kinds.stream()
        .mapToLong(kind -> searches.path(kind).path("count").asLong())
        .sum();
  }

  /**
   * The share of the segment searches since then that used a graph; null where there was none, or where segments were replaced
   * meanwhile.
   */
  @Nullable
  Double graphShareSince(Segments before) {
    long searches = all - before.all;
    long withGraph = graph - before.graph;
    return searches <= 0 || withGraph < 0 || withGraph > searches
        ? null
        : (Double) ((double) withGraph / searches);
  }
}
