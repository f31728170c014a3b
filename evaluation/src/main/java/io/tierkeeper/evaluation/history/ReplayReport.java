package io.tierkeeper.evaluation.history;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * How computing a trail again went.
 *
 * @param decisions decision lines
 * @param reproduced those that came out the same, bit for bit, with the masses they were taken from
 * @param measurements measurement lines
 * @param measurementsReproduced those whose every mass came out the same, bit for bit
 * @param differences what came out otherwise, first line first
 * @param notReplayable lines that do not carry all that they were computed from, first line first
 */
public record ReplayReport(
    long decisions,
    long reproduced,
    long measurements,
    long measurementsReproduced,
    List<Difference> differences,
    List<Skipped> notReplayable) {

  public ReplayReport {
    differences = List.copyOf(differences);
    notReplayable = List.copyOf(notReplayable);
  }

  /** Where a line stands. */
  public record Place(Path file, long line, Instant time, String subject) {
    @Override
    public String toString() {
      return file + ": line " + line + ": " + subject;
    }
  }

  /**
   * A value that came out otherwise.
   *
   * @param field its path in {@code data}
   * @param recorded what the trail says
   * @param recomputed what comes out
   */
  public record Difference(Place place, String field, String recorded, String recomputed) {}

  /** A line that cannot be computed again, and what is missing. */
  public record Skipped(Place place, String reason) {}

  /** Everything came out the same and nothing was left out. */
  public boolean whole() {
    return reproduced == decisions && measurementsReproduced == measurements;
  }
}
