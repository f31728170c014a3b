package io.tierkeeper.simulation.quality;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What became of the moves of all seeds together.
 *
 * @param done those that brought their tenant to the other tier
 * @param aborted those that were taken back
 * @param underWay those that had not ended with their trace
 * @param secondsPerMove of those done, on average; NaN where there is none
 * @param longestSeconds of those done; NaN where there is none
 * @param points that those done carried, scaled as they were
 * @param operations of the tenants that the checker has checked
 * @param lost acknowledged writes that are gone
 * @param phantom points seen that were never written so
 * @param doubled points seen twice
 * @param leaked points of others in a tenant's read
 * @param breaches calls that must never be made
 */
public record MoveFigures(
    long done,
    long aborted,
    long underWay,
    double secondsPerMove,
    double longestSeconds,
    long points,
    long operations,
    long lost,
    long phantom,
    long doubled,
    long leaked,
    long breaches) {

  static MoveFigures of(List<MadeMoves> runs) {
    double[] seconds = runs.stream()
        .flatMap(run -> run.seconds().stream())
        .mapToDouble(Double::doubleValue)
        .toArray();
    double sum = 0;
    double longest = Double.NaN;
    for (double each : seconds) {
      sum += each;
      longest = Double.isNaN(longest) ? each : Math.max(longest, each);
    }
    return new MoveFigures(
        sum(runs, MadeMoves::done),
        sum(runs, MadeMoves::aborted),
        sum(runs, MadeMoves::underWay),
        seconds.length == 0 ? Double.NaN : sum / seconds.length,
        longest,
        sum(runs, MadeMoves::points),
        sum(runs, run -> run.check().operations()),
        sum(runs, run -> run.check().lost()),
        sum(runs, run -> run.check().phantom()),
        sum(runs, run -> run.check().doubled()),
        sum(runs, run -> run.check().leaked()),
        sum(runs, run -> run.breaches().size()));
  }

  private static long sum(List<MadeMoves> runs, ToLongFunction<MadeMoves> figure) {
    return runs.stream().mapToLong(figure).sum();
  }

  /** Whether nothing was lost, invented, doubled, mixed or done that must not be. */
  public boolean silent() {
    return lost + phantom + doubled + leaked + breaches == 0;
  }
}
