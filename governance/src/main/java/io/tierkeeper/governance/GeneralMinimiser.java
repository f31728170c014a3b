package io.tierkeeper.governance;

import org.apache.commons.math3.analysis.UnivariateFunction;
import org.apache.commons.math3.analysis.solvers.BrentSolver;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;

/**
 * Brent's method on a grid of brackets: knows nothing about the function but its values, costs a thousand times what
 * {@link DampingSolver} does, and is what that solver is checked against.
 */
final class GeneralMinimiser {
  private static final int BRACKETS = 64;
  private static final int MAX_EVALUATIONS = 1000;

  /** Brent's method on values places a minimum within the square root of the rounding; this is room enough where J is flat. */
  private static final double PLACED = 1e-4;

  private GeneralMinimiser() {}

  /** The argument of the smallest value on [0,1] that the grid and Brent's method find. */
  static double minimiser(UnivariateFunction function) {
    double best = 0;
    double lowest = function.value(0);
    for (int i = 0; i < BRACKETS; i++) {
      double low = (double) i / BRACKETS;
      double high = (i + 1.0) / BRACKETS;
      double candidate = new BrentOptimizer(1e-12, 1e-14)
          .optimize(
              new MaxEval(MAX_EVALUATIONS),
              new UnivariateObjectiveFunction(function),
              GoalType.MINIMIZE,
              new SearchInterval(low, high))
          .getPoint();
      for (double point : new double[] {candidate, high}) {
        double value = function.value(point);
        if (value < lowest) {
          lowest = value;
          best = point;
        }
      }
    }
    return best;
  }

  /** As {@link #minimiser(UnivariateFunction)}, then placed exactly as the zero of the derivative next to it. */
  static double minimiser(UnivariateFunction function, UnivariateFunction derivative) {
    double coarse = minimiser(function);
    double low = Math.max(0, coarse - PLACED);
    double high = Math.min(1, coarse + PLACED);
    if (derivative.value(low) >= 0) {
      return low == 0 ? 0 : coarse;
    }
    if (derivative.value(high) <= 0) {
      return high == 1 ? 1 : coarse;
    }
    return new BrentSolver(1e-15, 1e-15, 1e-18).solve(MAX_EVALUATIONS, derivative, low, high);
  }
}
