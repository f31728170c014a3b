package io.tierkeeper.load;

import io.tierkeeper.load.mapping.Mapping;
import io.tierkeeper.load.source.Source;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to load and how.
 *
 * @param batch points in a write, at most
 * @param parallel writes in flight, at most
 * @param onError what a row does that cannot be loaded
 * @param journal the file from which the load resumes; null for none that outlives it
 * @param rejects the file that gets the rows that cannot be loaded
 * @param dryRun read and check everything, write nothing
 * @param check read all ids at the end, and write again what is missing
 * @param retryFor how long a failed call is repeated
 */
public record LoadSettings(
    Source source,
    Mapping mapping,
    int batch,
    int parallel,
    OnError onError,
    @Nullable Path journal,
    Path rejects,
    boolean dryRun,
    boolean check,
    Duration retryFor) {

  /** The same with another size of batches. */
  public LoadSettings withBatch(int points) {
    return new LoadSettings(
        source, mapping, points, parallel, onError, journal, rejects, dryRun, check, retryFor);
  }

  /** What a row does that cannot be loaded. */
  public enum OnError {
    /** The load ends after the batches in flight; it can be resumed. */
    STOP,
    /** The row is written to the file of rejects, and the load continues. */
    SKIP
  }
}
