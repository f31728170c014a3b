package io.tierkeeper.lab.benchmarks.search;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Generated points of one big tenant and of many small ones. Vectors of text embeddings lie in groups and have far fewer degrees of
 * freedom than components; uniformly random ones are all equally far apart, so that recall and binary quantisation would mean
 * nothing. Each vector is a topic and a deviation from it in a space of {@value #DEGREES} dimensions, projected to all
 * dimensions, with a little noise, and of length 1. All tenants have the same topics. Equal seeds give equal points.
 */
final class Corpus {

  /** The payload field that holds the tenant. */
  static final String TENANT_FIELD = "group_id";

  /** The tenant with half of all points. */
  static final ShardKey BIG = ShardKey.of("big");

  /** The number of values of the tags: a filter by one value selects one point of so many. */
  static final List<Integer> TAGS = List.of(1000, 100, 10);

  /** The big tenant has one point of so many. */
  static final int BIG_SHARE = 2;

  private static final int TOPICS = 32;
  private static final int DEGREES = 64;
  private static final double DEVIATION = 2;
  private static final double NOISE = 0.5;

  private final int dimensions;
  private final float[][] vectors;
  private final int[] tenants;
  private final int[][] tags;
  private final double[][] topics;
  private final double[][] projection;

  /**
   * Generates the points.
   *
   * @param tenants number of small tenants, in addition to the big one
   */
  Corpus(int points, int dimensions, int tenants, long seed) {
    this.dimensions = dimensions;
    SplittableRandom random = new SplittableRandom(seed);
    topics = normal(random, TOPICS, DEGREES);
    projection = normal(random, dimensions, DEGREES);
    this.tenants = mixed(points, tenants, random.split());
    vectors = new float[points][];
    tags = new int[points][TAGS.size()];
    SplittableRandom tagging = random.split();
    for (int i = 0; i < points; i++) {
      vectors[i] = vector(random);
      for (int tag = 0; tag < TAGS.size(); tag++) {
        tags[i][tag] = tagging.nextInt(TAGS.get(tag));
      }
    }
  }

  /** The tenant of each point: the points of all tenants arrive mixed. */
  private static int[] mixed(int points, int tenants, SplittableRandom random) {
    int big = points / BIG_SHARE;
    int[] mixed = IntStream.range(0, points)
        .map(i -> i < big ? 0 : 1 + (i - big) % tenants)
        .toArray();
    for (int i = points - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = mixed[i];
      mixed[i] = mixed[j];
      mixed[j] = other;
    }
    return mixed;
  }

  private static double[][] normal(SplittableRandom random, int rows, int columns) {
    double[][] matrix = new double[rows][columns];
    for (double[] row : matrix) {
      for (int i = 0; i < columns; i++) {
        row[i] = random.nextGaussian();
      }
    }
    return matrix;
  }

  /** Another vector of the same distribution, as a query is. */
  float[] vector(SplittableRandom random) {
    return vector(random, random.nextInt(TOPICS));
  }

  /** Another vector of a topic. */
  float[] vector(SplittableRandom random, int topic) {
    double[] latent = topics[topic].clone();
    for (int i = 0; i < DEGREES; i++) {
      latent[i] += DEVIATION * random.nextGaussian();
    }
    double scale = 1 / Math.sqrt(DEGREES);
    double[] vector = new double[dimensions];
    double square = 0;
    for (int i = 0; i < dimensions; i++) {
      double sum = 0;
      for (int j = 0; j < DEGREES; j++) {
        sum += projection[i][j] * latent[j];
      }
      vector[i] = sum * scale + NOISE * random.nextGaussian();
      square += vector[i] * vector[i];
    }
    float[] unit = new float[dimensions];
    for (int i = 0; i < dimensions; i++) {
      unit[i] = (float) (vector[i] / Math.sqrt(square));
    }
    return unit;
  }

  int size() {
    return vectors.length;
  }

  float[] vector(int point) {
    return vectors[point];
  }

  /** The shard key of a tenant; 0 is the big one. */
  static ShardKey key(int tenant) {
    return tenant == 0 ? BIG : ShardKey.of("small-" + tenant);
  }

  /** The points of a tenant. */
  int[] pointsOf(int tenant) {
    return IntStream.range(0, tenants.length).filter(i -> tenants[i] == tenant).toArray();
  }

  /** The value of a point's tag. */
  String tag(int point, int tag) {
    return "v" + tags[point][tag];
  }

  /** The field of a tag that has a payload index, or of the same tag without one. */
  static String tagField(int tag, boolean indexed) {
    return (indexed ? "tag_" : "unindexed_tag_") + TAGS.get(tag);
  }

  /** A range of points as they are written. */
  List<Point> points(int from, int to) {
    List<Point> points = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Map<String, Object> payload = new HashMap<>();
      payload.put(TENANT_FIELD, key(tenants[i]).toString());
      for (int tag = 0; tag < TAGS.size(); tag++) {
        payload.put(tagField(tag, true), tag(i, tag));
        payload.put(tagField(tag, false), tag(i, tag));
      }
      points.add(new Point(PointId.of(i), payload, Map.of("", new PointVector.Dense(vectors[i]))));
    }
    return points;
  }
}
