package io.tierkeeper.lab.commands;

import io.tierkeeper.cli.MovesPlayer;
import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import io.tierkeeper.lab.scene.EngineMoves;
import io.tierkeeper.lab.scene.VirtualQdrant;
import io.tierkeeper.simulation.quality.Candidate;
import io.tierkeeper.simulation.quality.PolicyRunner;
import io.tierkeeper.simulation.quality.PolicySimulation;
import io.tierkeeper.simulation.quality.RunFigures;
import io.tierkeeper.simulation.quality.Trajectory;
import io.tierkeeper.simulation.trace.Trace;
import io.tierkeeper.simulation.trace.TraceSource;
import java.math.BigDecimal;
import java.math.MathContext;

/** Plays a policy with the real move engine against an emulated Qdrant in virtual time. */
public final class EngineMovesPlayer implements MovesPlayer {
  /** Points of the trace that a transfer carries in a second. */
  private static final int POINTS_PER_SECOND = 2_000;

  /** Points of a tenant of the promotion size at the default scale. */
  private static final int DEFAULT_POINTS = 20;

  private static final int DIGITS = 3;

  @Override
  public double defaultScale(TraceSource source) {
    Trace trace = source.trace(1);
    double[] points = new double[trace.tenants().size() + 1];
    trace.truth(0, new boolean[trace.tenants().size()], points);
    double total = 0;
    for (double each : points) {
      total += each;
    }
    double scale = DEFAULT_POINTS / (total * source.promotionShare());
    return new BigDecimal(scale).round(new MathContext(DIGITS)).doubleValue();
  }

  @Override
  public PolicyRunner player(double scale) {
    return new AtScale(scale);
  }

  private record AtScale(double scale) implements PolicyRunner {
    @Override
    public RunFigures run(
        Candidate candidate, TraceSource source, long seed, CostBand costs, Runnable unit) {
      Trace trace = source.trace(seed);
      int pace = (int) Math.max(1, Math.round(POINTS_PER_SECOND * scale));
      EmulatorOptions options = EmulatorOptions.defaults()
          .withSeed(seed)
          // A small collection has fewer points than one batch, and transfers shall still take
          // time.
          .withTransfers(TransferOptions.defaults().withPointsPerSecond(pace).withBatch(1));
      return VirtualQdrant.run(options, (processes, clients, mover, breaches) -> {
        EngineMoves moves = new EngineMoves(processes, clients, mover, trace, scale, seed, unit);
        Trajectory course = PolicySimulation.run(
            candidate, trace, source.promotionShare(), (step, evaluation) -> {}, moves);
        return RunFigures.of(course, costs).withMade(moves.finish(breaches));
      });
    }

    @Override
    public long units(TraceSource source) {
      return source.trace(1).timeline().steps();
    }
  }
}
