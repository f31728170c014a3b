package io.tierkeeper.simulation.quality;

import java.util.List;

/**
 * What became of moves that were really made.
 *
 * @param done those that brought their tenant to the other tier
 * @param aborted those that were taken back
 * @param underWay those that had not ended with the trace
 * @param seconds that each of those done took, from its first step to its end
 * @param points that those done carried, scaled as they were
 * @param check what the checker says of all reads and writes of the tenants
 * @param breaches calls that must never be made, and what moves left behind; empty where all is well
 */
public record MadeMoves(
    int done,
    int aborted,
    int underWay,
    List<Double> seconds,
    long points,
    Check check,
    List<String> breaches) {

  /**
   * What the checker found in the operations of the tenants.
   *
   * @param operations reads and writes that it checked
   * @param lost acknowledged writes that are missing at the end
   * @param phantom points read that were never written so
   * @param doubled ids read twice, or in both tiers at rest
   * @param leaked points of other tenants in a filtered read
   */
  public record Check(long operations, long lost, long phantom, long doubled, long leaked) {}

  /** Keeps its own lists. */
  public MadeMoves {
    seconds = List.copyOf(seconds);
    breaches = List.copyOf(breaches);
  }
}
