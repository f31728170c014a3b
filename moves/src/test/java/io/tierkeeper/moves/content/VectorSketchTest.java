package io.tierkeeper.moves.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class VectorSketchTest {

  private enum Kind {
    DENSE,
    SPARSE,
    MULTI
  }

  /** Components of one magnitude, and one that is much larger. */
  private static float[] row(SplittableRandom random, int size) {
    float magnitude = (float) Math.pow(10, random.nextInt(-3, 7));
    float[] row = new float[size];
    for (int i = 0; i < size; i++) {
      row[i] = (float) (magnitude * (random.nextDouble() * 2 - 1));
    }
    row[random.nextInt(size)] = magnitude * 1500;
    return row;
  }

  /**
   * As the server normalises: the squares are summed with 32 bits, in 16 lanes where there are as many, and what is
   * close enough to length 1 stays as it is.
   */
  private static float[] normalised(float[] row) {
    float[] lanes = new float[row.length < 16 ? 1 : 16];
    for (int i = 0; i < row.length; i++) {
      lanes[i % lanes.length] += row[i] * row[i];
    }
    float squares = 0;
    for (float lane : lanes) {
      squares += lane;
    }
    if (squares < 1.1920929e-7f || Math.abs(squares - 1) <= 1e-6f) {
      return row;
    }
    float[] unit = new float[row.length];
    float length = (float) Math.sqrt(squares);
    for (int i = 0; i < row.length; i++) {
      unit[i] = row[i] / length;
    }
    return unit;
  }

  private static float[][] rows(SplittableRandom random, int rows, int size) {
    return java.util.stream.IntStream.range(0, rows)
        .mapToObj(i -> row(random, size))
        .toArray(float[][]::new);
  }

  private static PointVector vector(Kind kind, float[][] rows) {
    return switch (kind) {
      case DENSE -> new PointVector.Dense(rows[0]);
      case MULTI -> new PointVector.MultiDense(rows);
      case SPARSE ->
        new PointVector.Sparse(
            java.util.stream.IntStream.range(0, rows[0].length).map(i -> i * 7).toArray(), rows[0]);
    };
  }

  private static Point point(PointVector vector) {
    Map<String, PointVector> vectors = new LinkedHashMap<>();
    vectors.put("image", new PointVector.Dense(new float[] {0.6f, 0.8f}));
    vectors.put("text", vector);
    return new Point(PointId.of(5), Map.of("v", 1L), vectors);
  }

  /** All that judges whether a point has changed. */
  private static void assertSame(Point a, Point b, boolean same) {
    assertThat(PointContent.same(a, b)).isEqualTo(same);
    assertThat(CopyMark.baseOf(a).unchanged(b)).isEqualTo(same);
    assertThat(CopyMark.base(CopyMark.mark(a, "move")).orElseThrow().unchanged(b))
        .isEqualTo(same);
    Baseline baseline = new Baseline();
    baseline.add(a);
    assertThat(baseline.matches(b)).isEqualTo(same);
    assertThat(PointContent.hash(a) == PointContent.hash(b)).isEqualTo(same);
  }

  @Property(tries = 300)
  void seesEveryChangeOfAComponent(
      @ForAll long seed,
      @ForAll Kind kind,
      @ForAll @IntRange(min = 2, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 12) int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = rows(random, rows, size);
    Point before = point(vector(kind, values));
    float[][] changed = Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
    float[] row = changed[kind == Kind.MULTI ? random.nextInt(rows) : 0];
    int at = random.nextInt(size);
    row[at] += 8 * Math.ulp(row[at]) * (random.nextBoolean() ? 1 : -1);
    assertSame(before, point(vector(kind, changed)), false);
    assertSame(before, point(vector(kind, values)), true);
  }

  @Property(tries = 300)
  void seesEveryChangeOfAUnitVectorThatIsNoRounding(
      @ForAll long seed,
      @ForAll boolean multi,
      @ForAll @IntRange(min = 2, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 12) int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    Kind kind = multi ? Kind.MULTI : Kind.DENSE;
    float[][] values = Arrays.stream(rows(random, rows, size))
        .map(VectorSketchTest::normalised)
        .toArray(float[][]::new);
    float[][] changed = Arrays.stream(values).map(float[]::clone).toArray(float[][]::new);
    changed[multi ? random.nextInt(rows) : 0][random.nextInt(size)] +=
        random.nextBoolean() ? 1e-4f : -1e-4f;
    assertSame(point(vector(kind, values)), point(vector(kind, changed)), false);
  }

  @Property(tries = 300)
  void doesNotSeeThatAVectorWasNormalisedAgain(
      @ForAll long seed,
      @ForAll boolean large,
      @ForAll @IntRange(min = 1, max = 4096) int size,
      @ForAll @IntRange(min = 1, max = 12) int rows) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] values = rows(random, rows, size);
    for (float[] row : values) {
      for (int i = 0; i < row.length && !large; i++) {
        row[i] = (float) (random.nextDouble() * 2 - 1);
      }
    }
    float[][] stored =
        Arrays.stream(values).map(VectorSketchTest::normalised).toArray(float[][]::new);
    float[][] copied =
        Arrays.stream(stored).map(VectorSketchTest::normalised).toArray(float[][]::new);
    Point before = point(vector(Kind.MULTI, stored));
    Point after = point(vector(Kind.MULTI, copied));
    assertThat(PointContent.same(before, after)).isTrue();
    assertThat(CopyMark.baseOf(before).unchanged(after)).isTrue();
    Baseline baseline = new Baseline();
    baseline.add(before);
    assertThat(baseline.matches(after)).isTrue();
  }

  @Property(tries = 100)
  void isReadBackAsItWasWritten(@ForAll long seed, @ForAll @IntRange(min = 2, max = 40) int size) {
    float[] unit = normalised(row(new SplittableRandom(seed), size));
    VectorSketch sketch = VectorSketch.of("text", new PointVector.Dense(unit));
    assertThat(sketch.unitRows()).isEqualTo(1);
    VectorSketch read = VectorSketch.parse(sketch.text()).orElseThrow();
    assertThat(read.text()).isEqualTo(sketch.text()).hasSize(32);
    assertThat(read.matches(sketch)).isTrue();
  }

  @Example
  void comparesWhatIsNotANumberWithItself() {
    for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Point one = point(new PointVector.Dense(new float[] {odd, 1, 0}));
      assertSame(one, point(new PointVector.Dense(new float[] {odd, 1, 0})), true);
      assertSame(one, point(new PointVector.Dense(new float[] {0, 1, 0})), false);
      assertSame(one, point(new PointVector.Dense(new float[] {odd, 1, 1})), false);
    }
    assertSame(
        point(new PointVector.Dense(new float[] {0f, 2})),
        point(new PointVector.Dense(new float[] {-0f, 2})),
        true);
  }

  @Example
  void seesNamesShapesAndPlaces() {
    Point one = point(new PointVector.Dense(new float[] {3, 4, 0}));
    for (PointVector other : List.of(
        new PointVector.Dense(new float[] {3, 4}),
        new PointVector.Dense(new float[] {4, 3, 0}),
        new PointVector.Dense(new float[] {0.6f, 0.8f, 0}),
        new PointVector.MultiDense(new float[][] {{3, 4, 0}}),
        new PointVector.Sparse(new int[] {0, 1}, new float[] {3, 4}))) {
      assertSame(one, point(other), false);
    }
    Map<String, PointVector> swapped = Map.of(
        "text", new PointVector.Dense(new float[] {0.6f, 0.8f}),
        "image", new PointVector.Dense(new float[] {3, 4, 0}));
    assertSame(one, new Point(one.id(), one.payload(), swapped), false);
    assertSame(
        point(new PointVector.Sparse(new int[] {1, 9}, new float[] {3, 4})),
        point(new PointVector.Sparse(new int[] {9, 1}, new float[] {4, 3})),
        true);
  }
}
