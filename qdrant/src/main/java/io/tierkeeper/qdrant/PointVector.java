package io.tierkeeper.qdrant;

import java.util.Arrays;

/** One vector of a point, in any of the shapes that Qdrant stores. Equality is exact, component by component. */
public sealed interface PointVector {

  /** The usual kind: one float for each dimension. */
  record Dense(float[] values) implements PointVector {
    @Override
    public boolean equals(Object other) {
      return other instanceof Dense that && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(values);
    }
  }

  /** Values at ascending indices; all other dimensions are zero. */
  record Sparse(int[] indices, float[] values) implements PointVector {
    @Override
    public boolean equals(Object other) {
      return other instanceof Sparse that
          && Arrays.equals(indices, that.indices)
          && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(indices) + Arrays.hashCode(values);
    }
  }

  /** Several dense vectors of the same size (late interaction). */
  record MultiDense(float[][] rows) implements PointVector {
    @Override
    public boolean equals(Object other) {
      return other instanceof MultiDense that && Arrays.deepEquals(rows, that.rows);
    }

    @Override
    public int hashCode() {
      return Arrays.deepHashCode(rows);
    }
  }
}
