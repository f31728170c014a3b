package io.tierkeeper.qdrant.settings;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a collection. To create one: what is not set is Qdrant's default. Read back: what Qdrant shows.
 *
 * @param vectors dense vectors by name; the unnamed vector has the empty name
 * @param sparseVectors by name
 * @param hnsw {@code hnsw_config} of the collection
 * @param quantization of the collection
 * @param optimizers {@code optimizer_config}
 * @param params {@code replication_factor}, {@code write_consistency_factor} and {@code on_disk_payload}
 * @param strictMode {@code strict_mode_config}
 */
public record CollectionSettings(
    SortedMap<String, DenseVector> vectors,
    SortedMap<String, SparseVector> sparseVectors,
    Options hnsw,
    Quantization quantization,
    Options optimizers,
    Options params,
    Options strictMode) {

  /** Nothing is set. */
  public static final CollectionSettings NONE = new CollectionSettings(
      new TreeMap<>(),
      new TreeMap<>(),
      Options.NONE,
      Quantization.NONE,
      Options.NONE,
      Options.NONE,
      Options.NONE);

  public CollectionSettings {
    vectors = Collections.unmodifiableSortedMap(new TreeMap<>(vectors));
    sparseVectors = Collections.unmodifiableSortedMap(new TreeMap<>(sparseVectors));
  }

  /**
   * A dense vector, or one of several rows.
   *
   * @param onDisk whether the original vectors are on disk; null where it is not set
   * @param multivector whether it has several rows, which are compared by MaxSim
   * @param hnsw {@code hnsw_config} of this vector, which precedes that of the collection
   * @param quantization of this vector, which precedes that of the collection
   */
  public record DenseVector(
      long size,
      Distance distance,
      Datatype datatype,
      @Nullable Boolean onDisk,
      boolean multivector,
      Options hnsw,
      Quantization quantization) {

    /** A vector with nothing set but size and distance. */
    public static DenseVector of(long size, Distance distance, boolean multivector) {
      return new DenseVector(
          size, distance, Datatype.FLOAT32, null, multivector, Options.NONE, Quantization.NONE);
    }
  }

  /**
   * A sparse vector.
   *
   * @param idf whether Qdrant multiplies by the inverse document frequency
   * @param onDisk whether its index is on disk
   * @param datatype of the weights in the index
   */
  public record SparseVector(boolean idf, boolean onDisk, Datatype datatype) {

    /** A sparse vector with nothing set. */
    public static final SparseVector PLAIN = new SparseVector(false, false, Datatype.FLOAT32);
  }

  /** The graph settings in force for a dense vector. */
  public Options hnswOf(DenseVector vector) {
    return vector.hnsw().over(hnsw);
  }

  /** The quantisation in force for a dense vector. */
  public Quantization quantizationOf(DenseVector vector) {
    return vector.quantization() instanceof Quantization.None
        ? quantization
        : vector.quantization();
  }

  /** The quantisation that dense vectors have of their own, by name. */
  public Map<String, Quantization> ownQuantizations() {
    Map<String, Quantization> own = new TreeMap<>();
    vectors.forEach((name, vector) -> {
      if (!(vector.quantization() instanceof Quantization.None)) {
        own.put(name, vector.quantization());
      }
    });
    return own;
  }
}
