package io.tierkeeper.evaluation.history;

import io.tierkeeper.audit.CompositionData;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * The coherence of the measurement lines of the last 24 hours, as products by intervals of five minutes: the memory that
 * it needs does not depend on how often is measured. Never changed, only replaced; equal windows have equal bits.
 */
public final class CoherenceWindow {

  /** Of a trail without measurements. */
  public static final CoherenceWindow EMPTY = new CoherenceWindow(0);

  private static final Duration INTERVAL = Duration.ofMinutes(5);
  private static final int HOUR = 12;
  private static final int DAY = 24 * HOUR;

  /** Number of the first interval since 1970. */
  private final long first;

  private final double[] products;

  private CoherenceWindow(long first, double... products) {
    this.first = first;
    this.products = products;
  }

  /**
   * As it stands in a Full.
   *
   * @throws IllegalArgumentException when it cannot be read
   */
  static CoherenceWindow of(CompositionData.@Nullable CoherenceProducts recorded) {
    if (recorded == null) {
      return EMPTY;
    }
    byte[] bytes = Base64.getDecoder().decode(recorded.products());
    if (bytes.length % Double.BYTES != 0 || bytes.length > DAY * Double.BYTES) {
      throw new IllegalArgumentException("data.coherence.products has " + bytes.length
          + " bytes; allowed are 8 bytes for each of at most " + DAY + " intervals in Base64");
    }
    double[] products = new double[bytes.length / Double.BYTES];
    ByteBuffer.wrap(bytes).asDoubleBuffer().get(products);
    return products.length == 0 ? EMPTY : new CoherenceWindow(interval(recorded.from()), products);
  }

  /** As it stands in a Full. */
  CompositionData.CoherenceProducts recorded() {
    ByteBuffer bytes = ByteBuffer.allocate(products.length * Double.BYTES);
    for (double product : products) {
      bytes.putDouble(product);
    }
    return new CompositionData.CoherenceProducts(
        Instant.ofEpochSecond(first * INTERVAL.toSeconds()),
        Base64.getEncoder().encodeToString(bytes.array()));
  }

  /** The window after another measurement line. What lies behind a clock that was set back is forgotten. */
  CoherenceWindow with(Instant at, double coherence) {
    long now = interval(at);
    if (products.length == 0 || first > now || now - first >= 2L * DAY) {
      return new CoherenceWindow(now, coherence);
    }
    long from = Math.max(first, now - DAY + 1);
    double[] next = new double[(int) (now - from) + 1];
    Arrays.fill(next, 1);
    int skipped = (int) (from - first);
    int kept = Math.min(products.length - skipped, next.length);
    if (kept > 0) {
      System.arraycopy(products, skipped, next, 0, kept);
    }
    next[next.length - 1] *= coherence;
    return new CoherenceWindow(from, next);
  }

  /** The product of the coherence of the last hour, of the interval of five minutes that is not over and the eleven before; 1 without measurements. */
  public double hour(Instant now) {
    return product(now, HOUR);
  }

  /** The product of the coherence of the last 24 hours, likewise. */
  public double day(Instant now) {
    return product(now, DAY);
  }

  private double product(Instant now, int intervals) {
    long last = interval(now);
    double product = 1;
    for (int i = 0; i < products.length; i++) {
      if (first + i > last - intervals && first + i <= last) {
        product *= products[i];
      }
    }
    return product;
  }

  private static long interval(Instant at) {
    return Math.floorDiv(at.getEpochSecond(), INTERVAL.toSeconds());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CoherenceWindow that
        && first == that.first
        && Arrays.equals(products, that.products);
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(first) + Arrays.hashCode(products);
  }

  @Override
  public String toString() {
    return "coherence from " + Instant.ofEpochSecond(first * INTERVAL.toSeconds()) + " "
        + Arrays.toString(products);
  }
}
