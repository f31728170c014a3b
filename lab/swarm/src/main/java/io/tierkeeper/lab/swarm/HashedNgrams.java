package io.tierkeeper.lab.swarm;

import java.util.Locale;

/**
 * A deterministic embedder without a model: every word, and every three letters in a row, is hashed to one of the
 * dimensions and to a sign (feature hashing; Weinberger et al., ICML 2009). Texts that share words and parts of words are
 * near.
 */
public final class HashedNgrams implements Embedder {

  /** As many as small sentence models have. */
  public static final int DIMENSIONS = 384;

  private static final int GRAM = 3;
  private static final float WORD_WEIGHT = 2;

  @Override
  public int dimensions() {
    return DIMENSIONS;
  }

  @Override
  public float[] embed(String text) {
    float[] vector = new float[DIMENSIONS];
    for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+")) {
      if (word.isEmpty()) {
        continue;
      }
      add(vector, "w:" + word, WORD_WEIGHT);
      String framed = "^" + word + "$";
      for (int i = 0; i + GRAM <= framed.length(); i++) {
        add(vector, framed.substring(i, i + GRAM), 1);
      }
    }
    double squares = 0;
    for (float value : vector) {
      squares += (double) value * value;
    }
    if (squares == 0) {
      vector[0] = 1;
      return vector;
    }
    float norm = (float) Math.sqrt(squares);
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] /= norm;
    }
    return vector;
  }

  private static void add(float[] vector, String feature, float weight) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < feature.length(); i++) {
      hash = (hash ^ feature.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 32)) * 0x9E3779B97F4A7C15L;
    int at = (int) ((hash >>> 33) % DIMENSIONS);
    vector[at] += (hash & 1) == 0 ? weight : -weight;
  }
}
