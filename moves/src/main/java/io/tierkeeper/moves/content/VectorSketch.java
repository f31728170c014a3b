package io.tierkeeper.moves.content;

import io.tierkeeper.qdrant.PointVector;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Stands for the vectors of a point where they are not at hand, in 16 bytes.
 *
 * <p>A copy of a vector is equal to it bit for bit, except where its collection uses cosine distance: the server
 * normalises those again on arrival. Rows of length 1 are therefore in two weighted sums, which a change of the last
 * bits changes in the last bits; names, shapes and the values of all other vectors are in a hash.
 *
 * @param exact hash of everything that a copy carries exactly
 * @param first weighted sum of the components of all unit rows; about as large as the square root of their number
 * @param second the same with other weights
 * @param unitRows number of unit rows; 0 where that is not known
 */
public record VectorSketch(long exact, float first, float second, int unitRows) {

  /**
   * How much a sum may change for each unit row. Normalising scales a row, and with it its share of the sum, by a
   * factor that differs from 1 by what the server's 32-bit sum of squares got wrong before, which is below 1e-6; the
   * share is below 4 in all but one of 10,000 rows. Rounding of the components adds less than 1e-7. The errors of
   * several rows are independent. Another vector has the same two sums, within this tolerance, with a probability of
   * about 1e-11.
   */
  private static final double TOLERANCE = 4e-6;

  /** Cosine vectors as stored are closer to length 1 than this; float16 makes them less exact. */
  private static final double UNIT = 1e-4;

  private static final int DIGITS = 32;

  /** The sketch of these vectors, by name. */
  public static VectorSketch of(Map<String, PointVector> vectors) {
    Builder sketch = new Builder();
    new TreeMap<>(vectors).forEach(sketch::add);
    return sketch.build();
  }

  /** The sketch of one vector. */
  public static VectorSketch of(String name, PointVector vector) {
    return of(Map.of(name, vector));
  }

  /** Whether a row has length 1, as those of a cosine collection have; never where a component is not finite. */
  static boolean unit(float[] row) {
    double squares = 0;
    for (float value : row) {
      squares += (double) value * value;
    }
    return Math.abs(squares - 1) < UNIT;
  }

  /** Whether both can be sketches of the same vectors. */
  public boolean matches(VectorSketch other) {
    double tolerance = TOLERANCE * Math.sqrt(Math.max(1, Math.max(unitRows, other.unitRows)));
    return exact == other.exact
        && Math.abs((double) first - other.first) <= tolerance
        && Math.abs((double) second - other.second) <= tolerance;
  }

  /** Both sums in 64 bits. */
  long sums() {
    return (long) Float.floatToIntBits(first) << 32
        | Integer.toUnsignedLong(Float.floatToIntBits(second));
  }

  /** The sketch that has these sums, see {@link #sums}. */
  static VectorSketch of(long exact, long sums, int unitRows) {
    return new VectorSketch(
        exact,
        Float.intBitsToFloat((int) (sums >>> 32)),
        Float.intBitsToFloat((int) sums),
        unitRows);
  }

  /** As a copy mark keeps it: 32 hexadecimal digits. */
  public String text() {
    return "%016x%016x".formatted(exact, sums());
  }

  /** Reads what {@link #text} wrote; empty where it is something else. */
  public static Optional<VectorSketch> parse(Object text) {
    if (!(text instanceof String digits) || !digits.matches("[0-9a-f]{" + DIGITS + "}")) {
      return Optional.empty();
    }
    return Optional.of(of(
        Long.parseUnsignedLong(digits, 0, DIGITS / 2, 16),
        Long.parseUnsignedLong(digits, DIGITS / 2, DIGITS, 16),
        0));
  }

  private static final class Builder {
    private long exact = 1;
    private double first;
    private double second;
    private int unitRows;

    void add(String name, PointVector vector) {
      name.chars().forEach(this::hash);
      long seed = mix(name.hashCode());
      switch (vector) {
        case PointVector.Dense dense -> {
          hash(1);
          row(seed, dense.values());
        }
        case PointVector.MultiDense multi -> {
          hash(2);
          hash(multi.rows().length);
          for (float[] row : multi.rows()) {
            seed = mix(seed);
            row(seed, row);
          }
        }
        case PointVector.Sparse sparse -> {
          hash(3);
          hash(sparse.values().length);
          // A sum, so that the order of the indices does not matter.
          long sum = 0;
          for (int i = 0; i < sparse.values().length; i++) {
            sum += mix((long) sparse.indices()[i] << 32
                | Integer.toUnsignedLong(bits(sparse.values()[i])));
          }
          hash(sum);
        }
      }
    }

    private void row(long seed, float[] row) {
      boolean unit = unit(row);
      hash(unit ? ~row.length : row.length);
      if (!unit) {
        for (float value : row) {
          hash(bits(value));
        }
        return;
      }
      unitRows++;
      for (int i = 0; i < row.length; i++) {
        long random = mix(seed + i);
        first += weight((int) random) * row[i];
        second += weight((int) (random >>> 32)) * row[i];
      }
    }

    private void hash(long value) {
      exact = (exact ^ value) * 0x9E3779B97F4A7C15L;
      exact ^= exact >>> 29;
    }

    VectorSketch build() {
      return new VectorSketch(mix(exact), (float) first, (float) second, unitRows);
    }

    /** Between 0.5 and 1.5, with either sign, so that the sum stays as small as the row is long. */
    private static double weight(int random) {
      double size = 0.5 + (random >>> 1) / (double) (1 << 30) / 2;
      return (random & 1) == 0 ? size : -size;
    }

    /** One pattern for each value: -0 is 0, and every NaN is the same. */
    private static int bits(float value) {
      return Float.floatToIntBits(value + 0.0f);
    }

    private static long mix(long value) {
      long z = value + 0x9E3779B97F4A7C15L;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      return z ^ (z >>> 31);
    }
  }
}
