package io.tierkeeper.load.write;

import io.tierkeeper.qdrant.QdrantException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * How long a failed call is repeated. A call is repeated where that helps: without a connection, without an answer, and
 * where the server limits rates; never where it refuses credentials or does not know the collection.
 *
 * @param limit since the first failure of one call
 */
public record Retries(Duration limit) {
  private static final Duration FIRST = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  /** A server may say a time that no user would wait for. */
  private static final Duration LONGEST_SAID = Duration.ofSeconds(60);

  private static final int MAX_DOUBLINGS = 20;

  /** The pause before a repetition: twice as long each time, with a random part so that calls do not come together. */
  Duration pause(int failures, QdrantException failure) {
    if (failure instanceof QdrantException.RateLimited limited && limited.retryAfter() != null) {
      Duration said = limited.retryAfter();
      return said.compareTo(LONGEST_SAID) > 0 ? LONGEST_SAID : said;
    }
    long millis = Math.min(
        LONGEST.toMillis(), FIRST.toMillis() << Math.min(MAX_DOUBLINGS, Math.max(0, failures - 1)));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis / 2, millis + 1));
  }

  /** Whether a repetition may succeed. */
  static boolean helps(QdrantException failure) {
    return failure instanceof QdrantException.Unavailable
        || failure instanceof QdrantException.OutcomeUnknown;
  }

  /**
   * Makes a read, repeatedly if necessary.
   *
   * @throws WriteFailedException if it fails for longer than the limit or for good
   */
  public <T> T read(Supplier<T> call) throws InterruptedException {
    long begin = System.nanoTime();
    for (int failures = 1; ; failures++) {
      try {
        return call.get();
      } catch (QdrantException e) {
        if (!helps(e) || System.nanoTime() - begin > limit.toNanos()) {
          throw failed(e);
        }
        Thread.sleep(pause(failures, e));
      }
    }
  }

  WriteFailedException failed(QdrantException cause) {
    String after = helps(cause) ? " (repeated for " + limit.toSeconds() + " s)" : "";
    return new WriteFailedException(cause.getMessage() + after, cause);
  }
}
