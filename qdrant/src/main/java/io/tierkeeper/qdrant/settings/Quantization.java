package io.tierkeeper.qdrant.settings;

import org.jspecify.annotations.Nullable;

/** How vectors are quantised; a component that is null is not set, and Qdrant's default applies. */
public sealed interface Quantization {

  /** No quantisation. */
  Quantization NONE = new None();

  /** No quantisation; of a vector: that of the collection. */
  record None() implements Quantization {}

  /**
   * One byte for each component.
   *
   * @param quantile share of the values inside the range of INT8
   * @param alwaysRam whether the quantised vectors are in memory wherever the vectors are
   */
  record Scalar(@Nullable Float quantile, @Nullable Boolean alwaysRam) implements Quantization {}

  /** Product quantisation. */
  record Product(Compression compression, @Nullable Boolean alwaysRam) implements Quantization {}

  /** One bit for each component. */
  record Binary(@Nullable Boolean alwaysRam) implements Quantization {}

  /** A kind that this version does not know. */
  record Unknown() implements Quantization {}

  /** By how much product quantisation makes a float32 vector smaller. */
  enum Compression {
    X4(4),
    X8(8),
    X16(16),
    X32(32),
    X64(64);

    private final int factor;

    Compression(int factor) {
      this.factor = factor;
    }

    /** Bytes of a float32 vector for one byte of the quantised one. */
    public int factor() {
      return factor;
    }
  }
}
