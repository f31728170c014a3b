package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The embedder without a model. */
class MockEmbedderTest {

  private static float[] vector(String name, String text) {
    return new MockEmbedder(name, 64).embed(List.of(text)).getFirst();
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += one[i] * other[i];
    }
    return sum;
  }

  @Test
  void theSameTextHasTheSameVectorOfUnitLength() {
    for (String text : List.of("a", "The quick brown fox", "名前", "...", "x ".repeat(1000))) {
      assertThat(vector("m", text)).containsExactly(vector("m", text));
      assertThat(dot(vector("m", text), vector("m", text))).isCloseTo(1, within(1e-5));
    }
    assertThat(vector("m", "a")[52]).as("stored vectors stay comparable").isEqualTo(-0.6324555f);
    assertThat(vector("m", "a")).isNotEqualTo(vector("n", "a"));
  }

  @Test
  void textsThatShareWordsAreNearer() {
    float[] query = vector("m", "book holidays");
    assertThat(dot(query, vector("m", "Holidays: how to book them")))
        .isGreaterThan(dot(query, vector("m", "the canteen opens at noon")) + 0.2);
  }
}
