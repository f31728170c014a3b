package io.tierkeeper.operator.provision;

import io.tierkeeper.qdrant.settings.CollectionSettings.DenseVector;
import io.tierkeeper.qdrant.settings.Options;
import io.tierkeeper.qdrant.settings.Quantization;
import java.util.Locale;

/**
 * The bytes that the vectors of one replica of a collection need, computed from its settings; pure. A vector of d dimensions has 4 d
 * bytes as float32, d as INT8 and d / 8 with one bit; a node of a graph has at most 2 m edges of 4 bytes on the lowest level, where
 * nearly all edges are. Payloads, payload indexes, sparse vectors and the segments that Qdrant rewrites come on top; multivectors
 * are counted with one row.
 *
 * @param vectors in their datatype
 * @param int8 all dense vectors with one byte for each component
 * @param binary all dense vectors with one bit for each component
 * @param quantised as the plan wants; 0 without quantisation
 * @param edges of the graph over all points and those of the tenants
 */
public record MemoryEstimate(
    long points, long vectors, long int8, long binary, long quantised, long edges) {

  private static final int EDGE_BYTES = 4;
  private static final int FLOAT_BYTES = 4;
  private static final int BITS = 8;
  private static final double MEGA = 1e6;

  /** The estimate for so many points. */
  public static MemoryEstimate of(ProvisionPlan plan, long points) {
    long vectors = 0;
    long int8 = 0;
    long binary = 0;
    long quantised = 0;
    long edges = 0;
    for (DenseVector vector : plan.settings().vectors().values()) {
      long size = vector.size();
      vectors += points * size * vector.datatype().bytes();
      int8 += points * size;
      binary += points * bits(size);
      quantised += points
          * switch (plan.settings().quantizationOf(vector)) {
            case Quantization.Scalar scalar -> size;
            case Quantization.Product product ->
              Math.max(1, size * FLOAT_BYTES / product.compression().factor());
            case Quantization.Binary bit -> bits(size);
            case Quantization.None none -> 0;
            case Quantization.Unknown unknown -> 0;
          };
      Options hnsw = plan.settings().hnswOf(vector);
      long m = hnsw.number("m", 0);
      // Without payload_m the graphs of tenants are parts of the graph over all points.
      edges += points * 2 * (m + hnsw.number("payload_m", 0)) * EDGE_BYTES;
    }
    return new MemoryEstimate(points, vectors, int8, binary, quantised, edges);
  }

  private static long bits(long size) {
    return (size + BITS - 1) / BITS;
  }

  /** In a sentence. */
  public String words() {
    return "Memory of one replica for " + points + " points: vectors " + megabytes(vectors)
        + " (as INT8 " + megabytes(int8) + ", as binary " + megabytes(binary) + "), "
        + (quantised == 0 ? "not quantised" : "quantised as set " + megabytes(quantised))
        + ", graph edges at most " + megabytes(edges) + ".";
  }

  private static String megabytes(long bytes) {
    return String.format(Locale.ROOT, "%.0f MB", bytes / MEGA);
  }
}
