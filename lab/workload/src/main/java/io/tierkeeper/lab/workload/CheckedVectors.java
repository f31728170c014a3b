package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.CollectionTemplate.VectorTemplate;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.settings.Distance;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The vectors of {@link CheckedPoints}: each follows from the id of its point and from the version of the write that set it. */
record CheckedVectors(PointShape shape) {

  private static final float LARGE = 100_000;
  private static final float SMALL = 0.0625f;

  /** As large as an index can be, which is unsigned. */
  private static final int LAST_INDEX = -2;

  private static final int SPREAD = 512;
  private static final int MAX_ROWS = 3;
  private static final double TOLERANCE = 1e-5;

  /** A vector may be newer than the version of its point by fewer versions than this. */
  private static final long NEWER_VERSIONS = 100;

  /** The registers of the vectors that points of this shape may have. */
  Set<PointRegister> registers() {
    return named() ? EnumSet.copyOf(PointRegister.VECTORS) : EnumSet.of(PointRegister.VECTOR);
  }

  boolean named() {
    return shape.vectors() == PointShape.Vectors.NAMED;
  }

  /** The name of a vector in Qdrant; empty for the unnamed one. */
  String name(PointRegister register) {
    return named() ? register.name().toLowerCase(Locale.ROOT) : "";
  }

  /** How Qdrant stores them. */
  Map<String, VectorTemplate> templates() {
    Map<String, VectorTemplate> templates = new LinkedHashMap<>();
    for (PointRegister register : registers()) {
      templates.put(
          name(register),
          switch (register) {
            case WORDS -> new VectorTemplate.Sparse();
            case TOKENS -> new VectorTemplate.MultiDense(shape.dimensions(), Distance.COSINE);
            default ->
              new VectorTemplate.Dense(
                  shape.dimensions(), large(register) ? Distance.EUCLID : Distance.COSINE);
          });
    }
    return templates;
  }

  /** These vectors of a point, as a version writes them. */
  Map<String, PointVector> of(long id, long version, Set<PointRegister> registers) {
    Map<String, PointVector> vectors = new LinkedHashMap<>();
    registers.forEach(register -> vectors.put(name(register), vector(register, id, version)));
    return vectors;
  }

  PointVector vector(PointRegister register, long id, long version) {
    return switch (register) {
      case WORDS ->
        new PointVector.Sparse(
            new int[] {
              3, (int) (10 + version % SPREAD), 1_000 + (int) (mix(id, 1) >>> 55), LAST_INDEX
            },
            new float[] {1 + version * SMALL, 0.5f, 0.25f, version % 2 - 0.5f});
      case TOKENS -> {
        float[][] rows = new float[1 + (int) (version % MAX_ROWS)][];
        for (int row = 0; row < rows.length; row++) {
          rows[row] = unit(mix(mix(id, version), row + 1));
        }
        yield new PointVector.MultiDense(rows);
      }
      default -> new PointVector.Dense(dense(register, id, version));
    };
  }

  float[] dense(PointRegister register, long id, long version) {
    if (!large(register)) {
      return unit(mix(id, version));
    }
    float[] large = new float[shape.dimensions()];
    large[0] = LARGE;
    large[1] = version * SMALL;
    large[2] = (mix(id, 0) >>> 40) * SMALL;
    return large;
  }

  private boolean large(PointRegister register) {
    return register == PointRegister.IMAGE || shape.vectors() == PointShape.Vectors.EUCLID;
  }

  private float[] unit(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] raw = new double[shape.dimensions()];
    double squares = 0;
    for (int i = 0; i < raw.length; i++) {
      raw[i] = random.nextDouble(-1, 1);
      squares += raw[i] * raw[i];
    }
    float[] unit = new float[raw.length];
    double norm = Math.sqrt(squares);
    for (int i = 0; i < raw.length; i++) {
      unit[i] = (float) (raw[i] / norm);
    }
    return unit;
  }

  /**
   * The version that has written a vector.
   *
   * @param near the version of its point
   * @return {@link PointRegister#ABSENT} where a point lacks a named vector; empty where no version has written this one
   */
  OptionalLong version(PointRegister register, @Nullable PointVector vector, long id, long near) {
    if (vector == null) {
      return named() ? OptionalLong.of(PointRegister.ABSENT) : OptionalLong.empty();
    }
    // The nearest versions first: most often it is the one of the point.
    for (long back = near; back >= 1; back--) {
      if (same(vector, vector(register, id, back))) {
        return OptionalLong.of(back);
      }
    }
    for (long ahead = near + 1; ahead < near + NEWER_VERSIONS; ahead++) {
      if (same(vector, vector(register, id, ahead))) {
        return OptionalLong.of(ahead);
      }
    }
    return OptionalLong.empty();
  }

  private static boolean same(PointVector found, PointVector expected) {
    return switch (expected) {
      case PointVector.Dense(float[] values) ->
        found instanceof PointVector.Dense(float[] its) && same(its, values);
      case PointVector.Sparse sparse -> sparse.equals(found);
      case PointVector.MultiDense(float[][] rows) -> {
        if (!(found instanceof PointVector.MultiDense(float[][] its))
            || its.length != rows.length) {
          yield false;
        }
        for (int row = 0; row < rows.length; row++) {
          if (!same(its[row], rows[row])) {
            yield false;
          }
        }
        yield true;
      }
    };
  }

  private static boolean same(float[] found, float[] expected) {
    if (found.length != expected.length) {
      return false;
    }
    for (int i = 0; i < found.length; i++) {
      if (Math.abs(found[i] - expected[i]) > TOLERANCE) {
        return false;
      }
    }
    return true;
  }

  static long mix(long a, long b) {
    long z = a * 0x9E3779B97F4A7C15L + b;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
