package io.tierkeeper.governance;

/** Neumaier's compensated sum: the error does not grow with the number of terms. */
final class CompensatedSum {
  private double sum;
  private double compensation;

  void add(double term) {
    double next = sum + term;
    if (Math.abs(sum) >= Math.abs(term)) {
      compensation += (sum - next) + term;
    } else {
      compensation += (term - next) + sum;
    }
    sum = next;
  }

  double value() {
    return sum + compensation;
  }
}
