package io.tierkeeper.simulation.trace;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.simulation.trace.Scenario.Group;
import io.tierkeeper.simulation.trace.Scenario.Jump;
import io.tierkeeper.simulation.trace.Scenario.Outage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A scenario under a seed. All other tenants fill the collection up to its total, so that a tenant's size relative
 * to the promotion size is what its pattern says, unless the total jumps or is overfull.
 */
final class GeneratedTrace implements Trace {
  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");

  /** Points of a tenant of exactly the promotion size, at the total of the start. */
  private static final double POINTS = 10_000;

  /** All other tenants together keep at least this part of the collection. */
  private static final double SMALLEST_REST = 0.02;

  /** How much of its noise a tenant keeps from step to step. */
  private static final double PERSISTENCE = 0.9;

  private final Scenario scenario;
  private final Timeline timeline;
  private final List<String> tenants = new ArrayList<>();
  private final double[][] sizes;
  private final boolean[] adversary;
  private final double[] totals;
  private final BitSet gaps;
  private final BitSet[] frozen;
  private final double[] lastShown;

  GeneratedTrace(Scenario scenario, long seed) {
    this.scenario = scenario;
    int count = scenario.tenants();
    double stepsPerDay =
        Duration.ofDays(1).toMillis() / (double) scenario.step().toMillis();
    int steps = (int) Math.max(1, Math.round(scenario.days() * stepsPerDay));
    timeline = Timeline.regular(START, scenario.step(), steps);
    sizes = new double[count][];
    adversary = new boolean[count];
    frozen = new BitSet[count];
    lastShown = new double[count];
    int next = 0;
    for (Group group : scenario.groups()) {
      for (int i = 0; i < group.count(); i++) {
        String name = String.format(Locale.ROOT, "t%05d", next);
        Draws draws = new Draws(seed, scenario.name(), name);
        tenants.add(name);
        sizes[next] =
            group.pattern().sizes(new Pattern.Tenant(i, group.count(), steps, stepsPerDay, draws));
        addNoise(sizes[next], group.noise(), draws);
        adversary[next] = group.pattern() instanceof Pattern.Adversary;
        frozen[next] = outages(
            scenario.frozen(), steps, stepsPerDay, new Draws(seed, scenario.name(), "f" + next));
        next++;
      }
    }
    gaps = outages(scenario.gaps(), steps, stepsPerDay, new Draws(seed, scenario.name(), "gaps"));
    totals = new double[steps];
    Arrays.fill(totals, POINTS / scenario.promotionShare());
    for (Jump jump : scenario.jumps()) {
      int from = (int) Math.min(steps, Math.ceil(jump.at() * stepsPerDay));
      Arrays.fill(totals, from, steps, POINTS / scenario.promotionShare() * jump.factor());
    }
  }

  private static void addNoise(double[] sizes, double noise, Draws draws) {
    if (noise == 0) {
      return;
    }
    double fresh = StrictMath.sqrt(1 - PERSISTENCE * PERSISTENCE);
    double state = draws.gaussian();
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] *= StrictMath.exp(noise * state);
      state = PERSISTENCE * state + fresh * draws.gaussian();
    }
  }

  private static BitSet outages(
      @Nullable Outage outage, int steps, double stepsPerDay, Draws draws) {
    BitSet out = new BitSet(steps);
    if (outage == null) {
      return out;
    }
    double begin = draws.exponential(outage.every());
    while (begin * stepsPerDay < steps) {
      double end = begin + draws.uniform(outage.lasting());
      // The first step is always measured: there is nothing yet that could be frozen.
      int from = (int) Math.max(1, Math.ceil(begin * stepsPerDay));
      int to = (int) Math.min(steps, Math.ceil(end * stepsPerDay));
      if (from < to) {
        out.set(from, to);
      }
      begin = end + draws.exponential(outage.every());
    }
    return out;
  }

  @Override
  public List<String> tenants() {
    return List.copyOf(tenants);
  }

  @Override
  public Timeline timeline() {
    return timeline;
  }

  @Override
  public Duration moveTime(Direction direction) {
    return scenario.moveTime();
  }

  @Override
  public void truth(int step, boolean[] dedicated, double[] points) {
    double sum = 0;
    int count = sizes.length;
    for (int i = 0; i < count; i++) {
      double size = sizes[i][step];
      points[i] = POINTS * (adversary[i] && dedicated[i] ? 2 - size : size);
      sum += points[i];
    }
    points[count] = Math.max(SMALLEST_REST * totals[step], totals[step] - sum);
  }

  @Override
  public boolean measured(int step, double[] truth, boolean[] moving, double[] points) {
    int count = sizes.length;
    for (int i = 0; i < count; i++) {
      boolean twice = scenario.doubledWhileMoving() && moving[i];
      if (!frozen[i].get(step)) {
        lastShown[i] = truth[i] * (twice ? 2 : 1);
      }
      points[i] = lastShown[i];
    }
    points[count] = truth[count];
    return !gaps.get(step);
  }
}
