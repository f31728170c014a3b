package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CorpusTest {
  private static final int POINTS = 3_000;
  private static final int DIMENSIONS = 128;
  private static final int TENANTS = 10;

  private final Corpus corpus = new Corpus(POINTS, DIMENSIONS, TENANTS, 7);

  @Test
  void theBigTenantHasHalfAndTheOthersShareTheRest() {
    assertThat(corpus.pointsOf(0)).hasSize(1_500);
    for (int tenant = 1; tenant <= TENANTS; tenant++) {
      assertThat(corpus.pointsOf(tenant)).hasSize(150);
    }
  }

  @Test
  void tenantsArriveMixed() {
    assertThat(Arrays.stream(corpus.pointsOf(0))
            .filter(point -> point < POINTS / 2)
            .count())
        .isBetween(650L, 850L);
  }

  @Test
  void equalSeedsGiveEqualPointsAndOthersDoNot() {
    Corpus same = new Corpus(POINTS, DIMENSIONS, TENANTS, 7);
    Corpus other = new Corpus(POINTS, DIMENSIONS, TENANTS, 8);
    assertThat(same.points(0, 50)).isEqualTo(corpus.points(0, 50));
    assertThat(other.vector(0)).isNotEqualTo(corpus.vector(0));
  }

  @Test
  void vectorsHaveLengthOneAndComponentsAroundZero() {
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      float[] vector = corpus.vector(i);
      assertThat(cosine(vector, vector)).isCloseTo(1, within(1e-4));
      sum += IntStream.range(0, DIMENSIONS).mapToDouble(j -> vector[j]).sum();
    }
    // Binary quantisation keeps the signs only.
    assertThat(sum / POINTS / DIMENSIONS).isCloseTo(0, within(0.02));
  }

  /** In uniformly random vectors both would be near 0. */
  @Test
  void vectorsOfATopicAreNearerThanThoseOfOthers() {
    SplittableRandom random = new SplittableRandom(1);
    double within = IntStream.range(0, 200)
        .mapToDouble(i -> cosine(corpus.vector(random, i % 32), corpus.vector(random, i % 32)))
        .average()
        .orElseThrow();
    double across = IntStream.range(0, 200)
        .mapToDouble(
            i -> cosine(corpus.vector(random, i % 32), corpus.vector(random, (i + 1) % 32)))
        .average()
        .orElseThrow();
    assertThat(within).isGreaterThan(0.12);
    assertThat(across).isBetween(-0.06, 0.06);
  }

  @Test
  void aTagSelectsItsShareOfTheBigTenant() {
    Corpus large = new Corpus(60_000, 2, TENANTS, 7);
    int[] points = large.pointsOf(0);
    for (int tag = 0; tag < Corpus.TAGS.size(); tag++) {
      int each = tag;
      long matching = Arrays.stream(points)
          .filter(point -> large.tag(point, each).equals("v3"))
          .count();
      double expected = (double) points.length / Corpus.TAGS.get(tag);
      assertThat((double) matching).isCloseTo(expected, within(6 * Math.sqrt(expected)));
    }
  }

  @Test
  void pointsHaveTenantTagsAndVector() {
    Point point = corpus.points(5, 6).getFirst();
    assertThat(point.id()).hasToString("5");
    assertThat(point.vectors()).containsEntry("", new PointVector.Dense(corpus.vector(5)));
    assertThat(point.payload())
        .containsOnlyKeys(
            "group_id",
            "tag_1000",
            "tag_100",
            "tag_10",
            "unindexed_tag_1000",
            "unindexed_tag_100",
            "unindexed_tag_10");
    assertThat(point.payload().get("unindexed_tag_10"))
        .isEqualTo(point.payload().get("tag_10"));
    assertThat(List.of("big", "small-1", "small-10")).contains(Corpus.key(10).toString());
  }

  static double cosine(float[] one, float[] other) {
    return IntStream.range(0, one.length).mapToDouble(i -> one[i] * other[i]).sum();
  }
}
