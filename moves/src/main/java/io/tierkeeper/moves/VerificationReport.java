package io.tierkeeper.moves;

/**
 * What was compared and what was found.
 *
 * @param compared points compared so far
 * @param missing points of the source that the target lacks and no client can have deleted
 * @param extra points of the target that the source lacks; newer writes, so no fault
 * @param different points that differ although no client has written them since the switch
 * @param resumeAfter the last id compared; empty before the first and after the last
 * @param topKOverlap mean share of common hits of the search probes; 1 where none was made
 */
public record VerificationReport(
    long compared,
    long missing,
    long extra,
    long different,
    String resumeAfter,
    double topKOverlap,
    Verdict verdict) {

  /** Nothing compared yet. */
  public static VerificationReport none() {
    return new VerificationReport(0, 0, 0, 0, "", 1, Verdict.RUNNING);
  }
}
