package io.tierkeeper.audit.file;

/**
 * Who writes: becomes {@code data.actor} of each line.
 *
 * @param version of Tierkeeper
 * @param instance such as the pod's name
 * @param term of the leader, from 1; grows with each change of leader, and lines of an older term are refused.
 *     {@link #LAST_TERM} where there is no election
 */
public record AuditWriter(String version, String instance, long term) {

  /** Stands for the term of the last line, or 1. */
  public static final long LAST_TERM = 0;

  /** Refuses a negative term. */
  public AuditWriter {
    if (term < 0) {
      throw new IllegalArgumentException("term: " + term + " is negative; allowed: 0 and up");
    }
  }
}
