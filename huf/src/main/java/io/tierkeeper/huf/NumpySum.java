package io.tierkeeper.huf;

/** Sums with the rounding of the framework's own tools: numpy's for a column, pandas' for the groups of a column. */
final class NumpySum {
  private static final int BLOCK = 128;
  private static final int LANES = 8;

  private NumpySum() {}

  /** numpy's pairwise sum: halves down to 128 terms, eight running sums within. */
  static double pairwise(double[] terms) {
    return pairwise(terms, 0, terms.length);
  }

  private static double pairwise(double[] terms, int from, int count) {
    if (count < LANES) {
      double sum = 0;
      for (int i = from; i < from + count; i++) {
        sum += terms[i];
      }
      return sum;
    }
    if (count <= BLOCK) {
      return block(terms, from, count);
    }
    int half = count / 2;
    half -= half % LANES;
    return pairwise(terms, from, half) + pairwise(terms, from + half, count - half);
  }

  private static double block(double[] terms, int from, int count) {
    double[] lanes = new double[LANES];
    System.arraycopy(terms, from, lanes, 0, LANES);
    int whole = count - count % LANES;
    for (int i = LANES; i < whole; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        lanes[lane] += terms[from + i + lane];
      }
    }
    double sum = ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3]))
        + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
    for (int i = whole; i < count; i++) {
      sum += terms[from + i];
    }
    return sum;
  }

  /** pandas' grouped sum: Kahan's. */
  static final class Kahan {
    private double sum;
    private double compensation;

    void add(double term) {
      double corrected = term - compensation;
      double next = sum + corrected;
      compensation = (next - sum) - corrected;
      sum = next;
    }

    double value() {
      return sum;
    }
  }
}
