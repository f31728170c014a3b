package io.tierkeeper.simulation.steps;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** The formula as the design prints it, with a search for its minimum and nothing of the product. */
final class PrintedFormula {
  static final double[] ODDS = {.8997, .8990, .9162, .9429, .9564, .9301, .9318, .9535, .9471, .9554
  };
  /** P of the note's table. */
  static final double[] PENALTIES = {.10, .10, .10, .15, 0, 0, 0, .10, .10, .10};

  private static final double LAMBDA = 0.1;
  private static final double BETA = 0.05;
  private static final double KAPPA_C = 0.0206;
  private static final double KAPPA_S = 0.0173;
  private static final int WINDOW = 8;

  final List<Double> alphas = new ArrayList<>();
  final List<Double> shares = new ArrayList<>(List.of(0.628));

  /** Runs the ten steps; with {@code damped} false alpha is 0. */
  PrintedFormula(double[] penalties, boolean damped) {
    List<Double> rest = new ArrayList<>(List.of(1 - 0.628));
    for (int i = 0; i < ODDS.length; i++) {
      double last = shares.getLast();
      double odds = last / (1 - last) * ODDS[i];
      double observed = odds / (odds + 1);
      double ofTenant = damped ? alpha(observed, shares, penalties[i]) : 0;
      double ofRest = damped ? alpha(1 - observed, rest, penalties[i]) : 0;
      double tenant = ofTenant * last + (1 - ofTenant) * observed;
      double others = ofRest * (1 - last) + (1 - ofRest) * (1 - observed);
      alphas.add(ofTenant);
      shares.add(tenant / (tenant + others));
      rest.add(others / (tenant + others));
    }
  }

  private static double alpha(double observed, List<Double> history, double penalty) {
    double last = history.getLast();
    List<Double> window = history.subList(Math.max(0, history.size() - WINDOW), history.size());
    return minimum(alpha -> KAPPA_C * (1 - alpha) * (1 - alpha)
        + KAPPA_S * alpha * alpha
        + LAMBDA * relativeVariance(window, alpha * last + (1 - alpha) * observed)
        + BETA * penalty * alpha);
  }

  private static double relativeVariance(List<Double> window, double candidate) {
    List<Double> all = new ArrayList<>(window);
    all.add(candidate);
    double mean = all.stream().mapToDouble(x -> x).average().orElseThrow();
    return all.stream().mapToDouble(x -> (x - mean) * (x - mean)).average().orElseThrow()
        / (mean * mean);
  }

  private static double minimum(DoubleUnaryOperator objective) {
    double low = 0;
    double high = 1;
    for (int i = 0; i < 80; i++) {
      double a = low + (high - low) / 3;
      double b = high - (high - low) / 3;
      if (objective.applyAsDouble(a) < objective.applyAsDouble(b)) {
        high = b;
      } else {
        low = a;
      }
    }
    return (low + high) / 2;
  }

  /** Of two tenants the total variation distance is the change of one. */
  double coherence() {
    double product = 1;
    for (int i = 1; i < shares.size(); i++) {
      product *= 1 - Math.abs(shares.get(i) - shares.get(i - 1));
    }
    return product;
  }

  double erosion() {
    return shares.getLast() / shares.getFirst() - 1;
  }
}
