package io.tierkeeper.load.write;

import io.tierkeeper.load.journal.Journal;
import io.tierkeeper.load.journal.RowSet;
import io.tierkeeper.load.journal.WrittenBatch;
import io.tierkeeper.qdrant.PointId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Finds the rows that the journal has and whose points do not exist. */
public final class ExistenceCheck {
  private static final Duration POLL = Duration.ofMillis(200);

  /** How often a batch is read before its points count as missing: writes that were acknowledged are applied meanwhile. */
  private static final int ATTEMPTS = 10;

  private final PointSink sink;
  private final Retries retries;

  public ExistenceCheck(PointSink sink, Retries retries) {
    this.sink = sink;
    this.retries = retries;
  }

  /**
   * The rows that are done and whose points no read of their tenant finds.
   *
   * @throws WriteFailedException if Qdrant cannot be read
   */
  public RowSet missing(Journal journal) throws IOException, InterruptedException {
    awaitApplied();
    List<WrittenBatch> incomplete = new ArrayList<>();
    try {
      journal.batches(batch -> {
        try {
          if (!absent(batch).isEmpty()) {
            incomplete.add(batch);
          }
        } catch (InterruptedException e) {
          throw new Interrupted(e);
        }
      });
    } catch (Interrupted e) {
      throw e.cause;
    }
    RowSet rows = new RowSet();
    for (int attempt = 1; !incomplete.isEmpty() && attempt < ATTEMPTS; attempt++) {
      Thread.sleep(POLL.multipliedBy(attempt));
      for (WrittenBatch batch : List.copyOf(incomplete)) {
        if (absent(batch).isEmpty()) {
          incomplete.remove(batch);
        }
      }
    }
    for (WrittenBatch batch : incomplete) {
      Set<PointId> absent = absent(batch);
      for (int i = 0; i < batch.rows().size(); i++) {
        if (absent.contains(batch.ids().get(i)) && journal.isDone(batch.rows().get(i))) {
          rows.add(batch.rows().get(i));
        }
      }
    }
    return rows;
  }

  private Set<PointId> absent(WrittenBatch batch) throws InterruptedException {
    Set<PointId> absent = new LinkedHashSet<>(batch.ids());
    absent.removeAll(retries.read(() -> sink.present(batch.tenant(), batch.ids())));
    return absent;
  }

  /** Waits until the engine has applied what it has acknowledged, or does not get any further. */
  private void awaitApplied() throws InterruptedException {
    long length = Long.MAX_VALUE;
    int unchanged = 0;
    while (unchanged < ATTEMPTS) {
      long now = retries.read(sink::queue).length();
      if (now == 0) {
        return;
      }
      unchanged = now < length ? 0 : unchanged + 1;
      length = now;
      Thread.sleep(POLL);
    }
  }

  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient InterruptedException cause;

    Interrupted(InterruptedException cause) {
      super(cause);
      this.cause = cause;
    }
  }
}
