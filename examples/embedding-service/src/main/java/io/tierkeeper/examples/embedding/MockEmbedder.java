package io.tierkeeper.examples.embedding;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Vectors without a model: each word adds 1 or -1 to places that its hash selects, and the sum has unit length. Texts that share words
 * are near each other, which is enough to try searches. Two names give different vectors.
 *
 * @param name is hashed with each word
 * @param size of the vectors
 */
record MockEmbedder(String name, int size) implements Embedder {

  private static final Pattern BETWEEN_WORDS = Pattern.compile("[^\\p{L}\\p{N}]+");
  private static final int PLACES = 8;
  private static final int BYTES_OF_A_PLACE = 4;

  @Override
  public List<float[]> embed(List<String> texts) {
    return texts.stream().map(this::embed).toList();
  }

  private float[] embed(String text) {
    double[] sum = new double[size];
    for (String word : BETWEEN_WORDS.split(text.toLowerCase(Locale.ROOT), -1)) {
      add(word, sum);
    }
    double square = square(sum);
    if (square == 0) {
      // The words of this text cancel each other.
      sum[0] = 1;
      square = 1;
    }
    float[] vector = new float[size];
    for (int i = 0; i < size; i++) {
      vector[i] = (float) (sum[i] / Math.sqrt(square));
    }
    return vector;
  }

  private void add(String word, double[] sum) {
    byte[] hash = sha256(name + ":" + word);
    for (int place = 0; place < PLACES; place++) {
      int value = 0;
      for (int i = 0; i < BYTES_OF_A_PLACE; i++) {
        value = value << Byte.SIZE | (hash[place * BYTES_OF_A_PLACE + i] & 0xff);
      }
      sum[Math.floorMod(value >> 1, size)] += (value & 1) == 0 ? 1 : -1;
    }
  }

  private static double square(double[] values) {
    double square = 0;
    for (double value : values) {
      square += value * value;
    }
    return square;
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
