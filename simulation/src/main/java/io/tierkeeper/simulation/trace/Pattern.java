package io.tierkeeper.simulation.trace;

/**
 * How the size of a tenant changes over time; sizes are relative to the size that a promotion requires, times are in days.
 */
public sealed interface Pattern {

  /**
   * What a tenant of a group draws from.
   *
   * @param index of the tenant in its group, from 0
   * @param count tenants in the group
   * @param steps of the trace
   * @param stepsPerDay steps in a day
   * @param draws the tenant's own random numbers
   */
  record Tenant(int index, int count, int steps, double stepsPerDay, Draws draws) {
    double day(int step) {
      return step / stepsPerDay;
    }
  }

  /** The sizes of one tenant, without noise. */
  double[] sizes(Tenant tenant);

  /** The same size all the time. */
  record Steady(Range size) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      double[] sizes = new double[tenant.steps()];
      java.util.Arrays.fill(sizes, tenant.draws().uniform(size));
      return sizes;
    }
  }

  /**
   * The k-th tenant has a size proportional to 1 / k^exponent.
   *
   * @param above the part of the tenants that is above the promotion size, in (0,1]
   */
  record Zipf(double exponent, double above) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      double last = Math.max(1, above * tenant.count()) + 0.5;
      double[] sizes = new double[tenant.steps()];
      java.util.Arrays.fill(sizes, StrictMath.pow(last / (tenant.index() + 1), exponent));
      return sizes;
    }
  }

  /**
   * Logistic growth: r(t) = to / (1 + (to / from - 1) 2^(-t / doubling)).
   *
   * @param from size at the start, > 0
   * @param to size that it comes near to, > 0
   * @param doubling time in which it doubles while it is small, > 0
   */
  record Growth(Range from, Range to, Range doubling) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      double start = tenant.draws().uniform(from);
      double end = tenant.draws().uniform(to);
      double time = tenant.draws().uniform(doubling);
      double[] sizes = new double[tenant.steps()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = end / (1 + (end / start - 1) * StrictMath.pow(2, -tenant.day(i) / time));
      }
      return sizes;
    }
  }

  /**
   * A wave a day: r(t) = size (1 + amplitude sin(2 pi (t + shift))).
   *
   * @param amplitude in [0,1]
   * @param jitter each tenant is shifted by up to so much, either way
   */
  record Diurnal(Range size, Range amplitude, double jitter) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      double mean = tenant.draws().uniform(size);
      double swing = tenant.draws().uniform(amplitude);
      double shift = tenant.draws().uniform(-jitter, jitter);
      double[] sizes = new double[tenant.steps()];
      for (int i = 0; i < sizes.length; i++) {
        sizes[i] = mean * (1 + swing * StrictMath.sin(2 * StrictMath.PI * (tenant.day(i) + shift)));
      }
      return sizes;
    }
  }

  /**
   * Small, with bursts that end in a purge.
   *
   * @param factor how many times its size a burst reaches
   * @param every mean time between two bursts, exponentially distributed
   * @param lasting how long a burst stays
   */
  record Bursts(Range size, Range factor, double every, Range lasting) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      Draws draws = tenant.draws();
      double base = draws.uniform(size);
      double[] sizes = new double[tenant.steps()];
      java.util.Arrays.fill(sizes, base);
      double begin = draws.exponential(every);
      while (begin * tenant.stepsPerDay() < sizes.length) {
        double height = base * draws.uniform(factor);
        double end = begin + draws.uniform(lasting);
        int from = (int) Math.ceil(begin * tenant.stepsPerDay());
        int to = (int) Math.min(sizes.length, Math.ceil(end * tenant.stepsPerDay()));
        for (int i = from; i < to; i++) {
          sizes[i] = height;
        }
        begin = end + draws.exponential(every);
      }
      return sizes;
    }
  }

  /**
   * Absent, then loaded evenly up to its size.
   *
   * @param at when the first tenants come
   * @param within over what time they all come
   * @param loading how long one takes to load
   */
  record Arrival(Range size, double at, double within, Range loading) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      double full = tenant.draws().uniform(size);
      double begin = at + tenant.draws().uniform(0, within);
      double time = tenant.draws().uniform(loading);
      double[] sizes = new double[tenant.steps()];
      for (int i = 0; i < sizes.length; i++) {
        double loaded = (tenant.day(i) - begin) / time;
        sizes[i] = full * Math.min(1, Math.max(0, loaded));
      }
      return sizes;
    }
  }

  /**
   * Big, then halving again and again.
   *
   * @param after when it begins to decline
   * @param halfLife time in which it halves, > 0
   */
  record Decline(Range size, Range after, Range halfLife) implements Pattern {
    @Override
    public double[] sizes(Tenant tenant) {
      double full = tenant.draws().uniform(size);
      double begin = tenant.draws().uniform(after);
      double time = tenant.draws().uniform(halfLife);
      double[] sizes = new double[tenant.steps()];
      for (int i = 0; i < sizes.length; i++) {
        double declined = Math.max(0, tenant.day(i) - begin) / time;
        sizes[i] = full * StrictMath.pow(2, -declined);
      }
      return sizes;
    }
  }

  /**
   * Never farther from the promotion size than the amplitude: three waves of different length.
   *
   * @param amplitude in [0,1]
   * @param period of each wave, > 0
   */
  record Hugger(double amplitude, Range period) implements Pattern {
    private static final int WAVES = 3;

    @Override
    public double[] sizes(Tenant tenant) {
      double[] sizes = new double[tenant.steps()];
      java.util.Arrays.fill(sizes, 1);
      for (int wave = 0; wave < WAVES; wave++) {
        double length = tenant.draws().uniform(period);
        double shift = tenant.draws().uniform(0, 1);
        for (int i = 0; i < sizes.length; i++) {
          sizes[i] += amplitude
              / WAVES
              * StrictMath.sin(2 * StrictMath.PI * (tenant.day(i) / length + shift));
        }
      }
      return sizes;
    }
  }

  /**
   * Knows the tier and makes it the wrong one: too big by the excess in the fallback, too small by it in a shard key of
   * its own.
   *
   * @param excess in (0,1]
   */
  record Adversary(Range excess) implements Pattern {
    /** Its size while it is in the fallback; {@link GeneratedTrace} answers with the other where it is not. */
    @Override
    public double[] sizes(Tenant tenant) {
      double[] sizes = new double[tenant.steps()];
      java.util.Arrays.fill(sizes, 1 + tenant.draws().uniform(excess));
      return sizes;
    }
  }
}
