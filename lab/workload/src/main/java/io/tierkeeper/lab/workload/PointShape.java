package io.tierkeeper.lab.workload;

/**
 * What the points of a collection consist of apart from what each has.
 *
 * @param dimensions of a dense vector and of each row of a multivector, at least 3
 * @param manyFields whether points have the fields of {@link PointRegister}, and clients use all of Qdrant's operations to change
 *     fields and vectors one by one; otherwise they write whole points and set the version
 * @param vectors which vectors points have
 */
public record PointShape(int dimensions, boolean manyFields, Vectors vectors) {

  private static final int MIN_DIMENSIONS = 3;

  /** The vectors of a collection. */
  public enum Vectors {
    /** One unnamed vector of length 1, compared by cosine. */
    COSINE,
    /** One unnamed vector, compared by Euclid's distance, with a first component that is much larger than what a new version changes. */
    EUCLID,
    /** Two dense vectors, as in the other two, a sparse one and a multivector, all named; a point may lack any of them. */
    NAMED
  }

  public PointShape {
    if (dimensions < MIN_DIMENSIONS) {
      throw new IllegalArgumentException(
          "dimensions " + dimensions + " must be at least " + MIN_DIMENSIONS);
    }
  }

  /** Points with one unnamed cosine vector and no further fields. */
  public static PointShape plain(int dimensions) {
    return new PointShape(dimensions, false, Vectors.COSINE);
  }

  PointShape withManyFields() {
    return new PointShape(dimensions, true, vectors);
  }

  PointShape with(Vectors others) {
    return new PointShape(dimensions, manyFields, others);
  }
}
