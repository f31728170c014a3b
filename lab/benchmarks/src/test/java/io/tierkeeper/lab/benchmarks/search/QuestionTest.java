package io.tierkeeper.lab.benchmarks.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.qdrant.ShardKey;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QuestionTest {
  private final Corpus corpus = new Corpus(900, 16, 5, 3);

  @Test
  void knowsTheNearestPointsOfTheBigTenant() {
    for (Question question : Question.ofTheBigTenant(corpus, 20, 1)) {
      assertThat(question.tenant()).isEqualTo(Corpus.BIG);
      assertThat(question.nearest()).isEqualTo(sorted(corpus.pointsOf(0), question.vector()));
    }
  }

  @Test
  void asksOneSmallTenantAfterTheOther() {
    List<Question> questions = Question.ofTheNeighbours(corpus, 5, 12, 1);
    assertThat(questions.stream().map(Question::tenant).map(ShardKey::toString))
        .startsWith("small-1", "small-2", "small-3", "small-4", "small-5", "small-1");
    assertThat(questions.get(6).nearest())
        .isEqualTo(sorted(corpus.pointsOf(2), questions.get(6).vector()));
  }

  @Test
  void knowsTheNearestPointsOfATag() {
    for (boolean indexed : new boolean[] {true, false}) {
      for (Question question : Question.filtered(corpus, 2, indexed, 20, 1)) {
        String value = question.filter().get(indexed ? "tag_10" : "unindexed_tag_10");
        int[] matching = Arrays.stream(corpus.pointsOf(0))
            .filter(point -> corpus.tag(point, 2).equals(value))
            .toArray();
        assertThat(question.nearest()).isNotEmpty().isEqualTo(sorted(matching, question.vector()));
      }
    }
  }

  @Test
  void recallIsTheShareOfTheRightPoints() {
    Question question = new Question(Corpus.BIG, new float[] {1}, Map.of(), Set.of(1L, 2L, 3L, 4L));
    assertThat(question.recall(List.of(4L, 3L, 2L, 1L))).isEqualTo(1);
    assertThat(question.recall(List.of(1L, 9L, 8L, 2L))).isEqualTo(0.5);
    assertThat(question.recall(List.of(1L, 1L, 1L, 1L))).isEqualTo(0.25);
    assertThat(question.recall(List.of())).isZero();
  }

  private Set<Long> sorted(int[] points, float[] vector) {
    return IntStream.of(points)
        .boxed()
        .sorted(Comparator.comparingDouble(
            point -> -CorpusTest.cosine(corpus.vector((int) point), vector)))
        .limit(10)
        .map(Integer::longValue)
        .collect(Collectors.toSet());
  }
}
