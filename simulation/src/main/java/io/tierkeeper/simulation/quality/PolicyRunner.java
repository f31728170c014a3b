package io.tierkeeper.simulation.quality;

import io.tierkeeper.governance.decision.CostBand;
import io.tierkeeper.simulation.trace.TraceSource;

/** Runs a policy on a trace and computes its figures. */
public interface PolicyRunner {
  /** Takes every move for made as soon as it is decided. */
  PolicyRunner PROMPT = new PolicyRunner() {
    @Override
    public RunFigures run(
        Candidate candidate, TraceSource source, long seed, CostBand costs, Runnable unit) {
      Trajectory trajectory =
          PolicySimulation.run(candidate, source.trace(seed), source.promotionShare());
      RunFigures figures = RunFigures.of(trajectory, costs);
      unit.run();
      return figures;
    }

    @Override
    public long units(TraceSource source) {
      return 1;
    }
  };

  /**
   * Runs once; the same arguments give the same figures, bit for bit.
   *
   * @param unit to be called for each unit of work; what it throws ends the run
   */
  RunFigures run(Candidate candidate, TraceSource source, long seed, CostBand costs, Runnable unit);

  /** Of how many units of work a run consists. */
  long units(TraceSource source);
}
