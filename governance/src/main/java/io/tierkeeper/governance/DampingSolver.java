package io.tierkeeper.governance;

/**
 * Finds alpha*, the damping in [0,1] at the global minimum of
 *
 * <pre>J(alpha) = kappa_c (1 - alpha)^2 + kappa_s alpha^2 + lambda V(alpha) + beta P alpha</pre>
 *
 * (governance model, section 2; with {@link Objective#LITERAL} the last term is the constant beta P).
 *
 * <p>V is the population variance over the squared mean of the window together with the candidate c = alpha y + (1 -
 * alpha) x. With n masses in the window, S1 their sum, S2 the sum of their squares, q = S2 / S1^2 and u = S1 / (S1 + c)
 * it is V = (n + 1)(q u^2 + (1 - u)^2) - 1, which cannot overflow and has simple derivatives. DESIGN.md says how the
 * minimum follows.
 */
public final class DampingSolver {
  /** A window whose masses sum to less than this has no mean that a double can divide by. */
  private static final double NO_MASS = 1e-150;

  private static final int MAX_STEPS = 200;

  private final GovernanceParameters parameters;
  private final double coherenceWeight;
  private final double trackingWeight;

  /** A solver for these weights; it keeps no state and may be shared between threads. */
  public DampingSolver(GovernanceParameters parameters) {
    this.parameters = parameters;
    this.coherenceWeight = parameters.coherenceWeight();
    this.trackingWeight = parameters.trackingWeight();
  }

  /**
   * alpha*, in [0,1]; the smaller one of two equal minima.
   *
   * @param observedMass x, >= 0
   * @param lastDampedMass y, >= 0
   * @param window the regime's recent damped masses, of which the newest W count
   * @param penalty P(s), >= 0
   */
  public double alphaStar(
      double observedMass, double lastDampedMass, Window window, double penalty) {
    double slope = slope(penalty);
    int counted = counted(window);
    double sum = sum(window, counted);
    if (parameters.varianceWeight() == 0 || sum < NO_MASS || observedMass == lastDampedMass) {
      return closedForm(slope);
    }
    double scaled = parameters.varianceWeight() * (counted + 1);
    double q = relativeSquares(window, counted, sum);
    double start = observedMass / sum;
    double step = (lastDampedMass - observedMass) / sum;
    double smallestU = 1 / (1 + Math.max(start, start + step));
    boolean convex = smallestU >= 2 / (3 * (q + 1))
        || scaled * step * step / (8 * cube(q + 1)) <= 2 * (coherenceWeight + trackingWeight);
    return convex
        ? minimumOfConvexPiece(slope, scaled, q, start, step, 0, 1)
        : minimumOfPieces(slope, scaled, q, start, step);
  }

  /** alpha* of a tenant without penalty terms. */
  public double alphaStar(
      double observedMass, double lastDampedMass, Window window, TierState state) {
    return alphaStar(
        observedMass, lastDampedMass, window, parameters.penalties().of(state));
  }

  /** J(alpha) of {@link DampingSolver} for any alpha in [0,1]. */
  public double objective(
      double alpha, double observedMass, double lastDampedMass, Window window, double penalty) {
    int counted = counted(window);
    double sum = sum(window, counted);
    double constant =
        parameters.objective() == Objective.LITERAL ? parameters.penaltyWeight() * penalty : 0;
    double slope = slope(penalty);
    if (parameters.varianceWeight() == 0 || sum < NO_MASS) {
      return value(alpha, slope, 0, 0, 0, 0) + constant;
    }
    double scaled = parameters.varianceWeight() * (counted + 1);
    double q = relativeSquares(window, counted, sum);
    double start = observedMass / sum;
    double step = (lastDampedMass - observedMass) / sum;
    return value(alpha, slope, scaled, q, start, step) - parameters.varianceWeight() + constant;
  }

  /** J(alpha) of a tenant without penalty terms. */
  public double objective(
      double alpha, double observedMass, double lastDampedMass, Window window, TierState state) {
    return objective(
        alpha, observedMass, lastDampedMass, window, parameters.penalties().of(state));
  }

  /** dJ/dalpha, for the general minimiser and for tests. */
  double derivative(
      double alpha, double observedMass, double lastDampedMass, Window window, TierState state) {
    int counted = counted(window);
    double sum = sum(window, counted);
    if (parameters.varianceWeight() == 0 || sum < NO_MASS) {
      return first(alpha, slope(parameters.penalties().of(state)), 0, 0, 0, 0);
    }
    double scaled = parameters.varianceWeight() * (counted + 1);
    double step = (lastDampedMass - observedMass) / sum;
    return first(
        alpha,
        slope(parameters.penalties().of(state)),
        scaled,
        relativeSquares(window, counted, sum),
        observedMass / sum,
        step);
  }

  private double slope(double penalty) {
    return switch (parameters.objective()) {
      case COUPLED -> parameters.penaltyWeight() * penalty;
      case LITERAL -> 0;
    };
  }

  private int counted(Window window) {
    return Math.min(window.size(), parameters.window());
  }

  private static double sum(Window window, int counted) {
    double sum = 0;
    for (int i = window.size() - counted; i < window.size(); i++) {
      sum += window.get(i);
    }
    return sum;
  }

  /** q = S2 / S1^2, in [1/n, 1]. */
  private static double relativeSquares(Window window, int counted, double sum) {
    double squares = 0;
    for (int i = window.size() - counted; i < window.size(); i++) {
      double relative = window.get(i) / sum;
      squares += relative * relative;
    }
    return squares;
  }

  /** clamp((2 kappa_c - beta P) / (2 (kappa_c + kappa_s)), 0, 1): the minimum where V does not depend on alpha. */
  private double closedForm(double slope) {
    return clamp((2 * coherenceWeight - slope) / (2 * (coherenceWeight + trackingWeight)));
  }

  private double value(
      double alpha, double slope, double scaled, double q, double start, double step) {
    double rest = 1 - alpha;
    double u = 1 / (1 + start + alpha * step);
    return coherenceWeight * rest * rest
        + trackingWeight * alpha * alpha
        + slope * alpha
        + scaled * (q * u * u + (1 - u) * (1 - u));
  }

  private double first(
      double alpha, double slope, double scaled, double q, double start, double step) {
    double u = 1 / (1 + start + alpha * step);
    return 2 * (trackingWeight * alpha - coherenceWeight * (1 - alpha))
        + slope
        - 2 * scaled * ((q + 1) * u - 1) * u * u * step;
  }

  private double second(double alpha, double scaled, double q, double start, double step) {
    double u = 1 / (1 + start + alpha * step);
    double bend = u * step;
    return 2 * (coherenceWeight + trackingWeight)
        + 2 * scaled * bend * bend * u * (3 * (q + 1) * u - 2);
  }

  /** The minimum on [low, high], where J' only grows: Newton, with bisection whenever a step leaves the bracket. */
  private double minimumOfConvexPiece(
      double slope, double scaled, double q, double start, double step, double low, double high) {
    if (first(low, slope, scaled, q, start, step) >= 0) {
      return low;
    }
    if (first(high, slope, scaled, q, start, step) <= 0) {
      return high;
    }
    double left = low;
    double right = high;
    double alpha = closedForm(slope);
    if (!(alpha > left && alpha < right)) {
      alpha = 0.5 * (left + right);
    }
    for (int i = 0; i < MAX_STEPS; i++) {
      double gradient = first(alpha, slope, scaled, q, start, step);
      if (gradient == 0) {
        return alpha;
      }
      if (gradient < 0) {
        left = alpha;
      } else {
        right = alpha;
      }
      double next = alpha - gradient / second(alpha, scaled, q, start, step);
      if (!(next > left && next < right)) {
        next = 0.5 * (left + right);
      }
      if (Math.abs(next - alpha) <= Math.ulp(1.0) || next == left || next == right) {
        return next;
      }
      alpha = next;
    }
    return alpha;
  }

  /**
   * The global minimum where J bends both ways. J'' depends on u alone and has at most two zeros in u, one on each side
   * of u = 1 / (2 (q + 1)), where it is smallest; between them J' is monotone, so each piece is solved by itself.
   */
  private double minimumOfPieces(double slope, double scaled, double q, double start, double step) {
    double valley = clamp((2 * (q + 1) - 1 - start) / step);
    double firstTurn = turn(scaled, q, start, step, 0, valley);
    double secondTurn = turn(scaled, q, start, step, valley, 1);
    double best = 0;
    double lowest = value(0, slope, scaled, q, start, step);
    double from = 0;
    for (int piece = 0; piece < 4; piece++) {
      double to = piece == 0 ? firstTurn : piece == 1 ? valley : piece == 2 ? secondTurn : 1;
      if (to > from) {
        double candidate = minimumOfConvexPiece(slope, scaled, q, start, step, from, to);
        double reached = value(candidate, slope, scaled, q, start, step);
        if (reached < lowest) {
          lowest = reached;
          best = candidate;
        }
        double reachedAtEnd = value(to, slope, scaled, q, start, step);
        if (reachedAtEnd < lowest) {
          lowest = reachedAtEnd;
          best = to;
        }
        from = to;
      }
    }
    return best;
  }

  /** Where J'' changes its sign on [low, high], on which it is monotone; {@code high} if it does not. */
  private double turn(double scaled, double q, double start, double step, double low, double high) {
    boolean positiveAtLow = second(low, scaled, q, start, step) > 0;
    if (positiveAtLow == second(high, scaled, q, start, step) > 0) {
      return high;
    }
    double left = low;
    double right = high;
    for (int i = 0; i < MAX_STEPS; i++) {
      double middle = 0.5 * (left + right);
      if (middle <= left || middle >= right) {
        break;
      }
      if (second(middle, scaled, q, start, step) > 0 == positiveAtLow) {
        left = middle;
      } else {
        right = middle;
      }
    }
    return right;
  }

  private static double clamp(double alpha) {
    return Math.min(1, Math.max(0, alpha));
  }

  private static double cube(double number) {
    return number * number * number;
  }
}
