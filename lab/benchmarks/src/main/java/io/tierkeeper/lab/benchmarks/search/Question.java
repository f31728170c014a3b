package io.tierkeeper.lab.benchmarks.search;

import io.tierkeeper.qdrant.ShardKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;

/**
 * A search of a tenant for the {@value #LIMIT} nearest of its points, with the right answer, which is computed here and not by Qdrant.
 *
 * @param filter values of further payload fields
 * @param nearest the ids of the nearest points; fewer than {@value #LIMIT} where fewer match
 */
record Question(ShardKey tenant, float[] vector, Map<String, String> filter, Set<Long> nearest) {

  /** How many points a search returns. */
  static final int LIMIT = 10;

  /** Searches of the big tenant. */
  static List<Question> ofTheBigTenant(Corpus corpus, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] points = corpus.pointsOf(0);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = corpus.vector(random);
      questions.add(new Question(
          Corpus.BIG, vector, Map.of(), nearest(corpus, points, vector, point -> true)));
    }
    return questions;
  }

  /** Searches of the small tenants, one after the other. */
  static List<Question> ofTheNeighbours(Corpus corpus, int tenants, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<int[]> points = new ArrayList<>();
    for (int tenant = 1; tenant <= Math.min(tenants, count); tenant++) {
      points.add(corpus.pointsOf(tenant));
    }
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int tenant = i % points.size();
      float[] vector = corpus.vector(random);
      questions.add(new Question(
          Corpus.key(tenant + 1),
          vector,
          Map.of(),
          nearest(corpus, points.get(tenant), vector, point -> true)));
    }
    return questions;
  }

  /**
   * Searches of the big tenant among its points with one value of a tag; at least one point has it.
   *
   * @param tag index in {@link Corpus#TAGS}
   * @param indexed whether the field has a payload index
   */
  static List<Question> filtered(Corpus corpus, int tag, boolean indexed, int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] points = corpus.pointsOf(0);
    List<Question> questions = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] vector = corpus.vector(random);
      String value = corpus.tag(points[random.nextInt(points.length)], tag);
      questions.add(new Question(
          Corpus.BIG,
          vector,
          Map.of(Corpus.tagField(tag, indexed), value),
          nearest(corpus, points, vector, point -> corpus.tag(point, tag).equals(value))));
    }
    return questions;
  }

  private record Scored(int point, double score) {}

  private static Set<Long> nearest(
      Corpus corpus, int[] points, float[] vector, IntPredicate matches) {
    PriorityQueue<Scored> best = new PriorityQueue<>(Comparator.comparingDouble(Scored::score));
    Arrays.stream(points).filter(matches).forEach(point -> {
      double score = dot(corpus.vector(point), vector);
      if (best.size() < LIMIT) {
        best.add(new Scored(point, score));
      } else if (score > best.element().score()) {
        best.remove();
        best.add(new Scored(point, score));
      }
    });
    return best.stream().map(scored -> (long) scored.point()).collect(Collectors.toSet());
  }

  /** The cosine, since all vectors have the length 1. */
  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  /** The share of the right points that were found. */
  double recall(List<Long> found) {
    Set<Long> right = new HashSet<>(nearest);
    right.retainAll(new HashSet<>(found));
    return (double) right.size() / nearest.size();
  }
}
