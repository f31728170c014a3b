package io.tierkeeper.rag;

import dev.langchain4j.data.embedding.Embedding;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.output.Response;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** An embedding model without a model: a direction for each word, and for a text the sum of its words'. */
final class WordVectors implements EmbeddingModel {

  static final int DIMENSIONS = 32;

  @Override
  public Response<List<Embedding>> embedAll(List<TextSegment> segments) {
    return Response.from(
        segments.stream().map(segment -> vector(segment.text())).toList());
  }

  private static Embedding vector(String text) {
    float[] sum = new float[DIMENSIONS];
    for (String word : text.toLowerCase(Locale.ROOT).split("\\W+")) {
      SplittableRandom random = new SplittableRandom(word.hashCode());
      for (int i = 0; i < DIMENSIONS; i++) {
        sum[i] += (float) (random.nextDouble() - 0.5);
      }
    }
    Embedding embedding = Embedding.from(sum);
    embedding.normalize();
    return embedding;
  }

  @Override
  public int dimension() {
    return DIMENSIONS;
  }
}
