package io.tierkeeper.client;

import java.util.Arrays;

/** A vector of a point, or of a query. */
public sealed interface VectorData {

  /** A dense vector. */
  record Dense(float[] values) implements VectorData {
    @Override
    public boolean equals(Object other) {
      return other instanceof Dense dense && Arrays.equals(values, dense.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
      return Arrays.toString(values);
    }
  }

  /** A sparse vector: the value at each index, the others are zero. */
  record Sparse(int[] indices, float[] values) implements VectorData {

    /** @throws TenantClientException.InvalidRequest if the two differ in length */
    public Sparse {
      if (indices.length != values.length) {
        throw new TenantClientException.InvalidRequest(
            "a sparse vector has " + indices.length + " indices and " + values.length + " values",
            null);
      }
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Sparse sparse
          && Arrays.equals(indices, sparse.indices)
          && Arrays.equals(values, sparse.values);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
      return Arrays.toString(indices) + "=" + Arrays.toString(values);
    }
  }

  /** A multivector: dense rows of one size, compared by MaxSim. */
  record Multi(float[][] rows) implements VectorData {
    @Override
    public boolean equals(Object other) {
      return other instanceof Multi multi && Arrays.deepEquals(rows, multi.rows);
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(rows);
    }

    @Override
    public String toString() {
      return Arrays.deepToString(rows);
    }
  }

  /** A dense vector; the array is not copied. */
  static VectorData dense(float... values) {
    return new Dense(values);
  }

  /** A sparse vector; the arrays are not copied. */
  static VectorData sparse(int[] indices, float[] values) {
    return new Sparse(indices, values);
  }

  /** A multivector; the rows are not copied. */
  static VectorData multi(float[]... rows) {
    return new Multi(rows);
  }
}
