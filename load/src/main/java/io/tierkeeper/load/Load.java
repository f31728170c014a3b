package io.tierkeeper.load;

import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.load.LoadReport.End;
import io.tierkeeper.load.LoadSettings.OnError;
import io.tierkeeper.load.journal.Journal;
import io.tierkeeper.load.journal.LoadIdentity;
import io.tierkeeper.load.journal.Rejects;
import io.tierkeeper.load.journal.RowSet;
import io.tierkeeper.load.journal.WrittenBatch;
import io.tierkeeper.load.mapping.Destination;
import io.tierkeeper.load.mapping.LoadPoint;
import io.tierkeeper.load.mapping.Mapper;
import io.tierkeeper.load.source.InvalidFileException;
import io.tierkeeper.load.source.Row;
import io.tierkeeper.load.source.RowException;
import io.tierkeeper.load.source.Rows;
import io.tierkeeper.load.write.Batches;
import io.tierkeeper.load.write.ExistenceCheck;
import io.tierkeeper.load.write.PointSink;
import io.tierkeeper.load.write.Retries;
import io.tierkeeper.load.write.WriteFailedException;
import io.tierkeeper.load.write.WriteOutcome;
import io.tierkeeper.load.write.Writer;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Loads one file into one collection, once.
 *
 * <p>A row is done when the server has acknowledged its point and the journal has it. After a crash, rows that are not done
 * are written, possibly again, under ids that depend on the row alone.
 */
public final class Load {
  /** How often points that the check does not find are written again. */
  private static final int MAX_REPAIRS = 2;

  private static final int FIRST_PARALLEL = 4;

  private final LoadSettings settings;
  private final Destination destination;
  private final PointSink sink;
  private final LoadProgress progress;
  private final BooleanSupplier interrupted;
  private final LoadCounters counters = new LoadCounters();
  private final AtomicReference<@Nullable RowException> firstReject = new AtomicReference<>();
  private long rows;
  private long resumed;
  private long dryRejects;
  private long rewritten;
  private long missing = -1;
  private double seconds;

  /**
   * @param sink writes nothing if the settings ask for a dry run
   * @param interrupted whether the user wants it to end; asked before each row
   */
  public Load(
      LoadSettings settings,
      Destination destination,
      PointSink sink,
      LoadProgress progress,
      BooleanSupplier interrupted) {
    this.settings = settings;
    this.destination = destination;
    this.sink = sink;
    this.progress = progress;
    this.interrupted = interrupted;
  }

  /**
   * Runs it.
   *
   * @throws UsageException if a file or an option cannot be used; nothing was written
   */
  public LoadReport run(LoadIdentity identity) throws IOException, InterruptedException {
    boolean temporary = settings.journal() == null;
    Path file = settings.journal() == null
        ? Files.createTempFile("tierkeeper-load", ".journal")
        : settings.journal();
    try (Journal journal = Journal.open(file, identity);
        Rejects rejects =
            new Rejects(settings.rejects(), settings.source().name(), journal.rejectBytes())) {
      resumed = journal.rowsDone();
      End end = run(journal, rejects);
      long rejected = settings.dryRun() ? dryRejects : journal.rowsRefused();
      if (temporary || (end instanceof End.Complete && missing <= 0)) {
        journal.delete();
      }
      return new LoadReport(
          rows,
          resumed,
          counters.written(),
          rejected,
          missing,
          rewritten,
          counters.retries(),
          seconds,
          counters.latency(),
          counters.tenants(),
          counters.tenantCount(),
          end);
    }
  }

  private End run(Journal journal, Rejects rejects) throws IOException, InterruptedException {
    try {
      long begin = System.nanoTime();
      End end = settings.dryRun() ? dryRun(rejects) : write(journal, rejects);
      seconds = (System.nanoTime() - begin) / 1e9;
      return end instanceof End.Complete && settings.check() && !settings.dryRun()
          ? check(journal, rejects)
          : end;
    } catch (WriteFailedException e) {
      return new End.Failed(String.valueOf(e.getMessage()));
    } catch (InvalidFileException e) {
      // Nothing was written; the caller reports it as an argument that cannot be used.
      throw e;
    } catch (IOException e) {
      return new End.Failed(settings.source().name() + " " + e.getMessage());
    }
  }

  /** Writes all rows that are not done. */
  private End write(Journal journal, Rejects rejects) throws IOException, InterruptedException {
    AtomicReference<@Nullable Batches> settled = new AtomicReference<>();
    Outcome outcome = new Outcome(journal, rejects, settled);
    boolean givenIds = settings.mapping().id() != null;
    try (Rows source = settings.source().open();
        Writer writer = new Writer(
            sink,
            givenIds,
            FIRST_PARALLEL,
            settings.parallel(),
            new Retries(settings.retryFor()),
            outcome)) {
      Batches batches = new Batches(writer, settings.batch());
      settled.set(batches);
      Mapper mapper = new Mapper(settings.mapping(), destination, source.columns());
      End end = each(
          source,
          mapper,
          journal,
          point -> {
            batches.add(point);
            outcome.share = source.progress();
          },
          reject -> refuse(journal, rejects, reject));
      if (!(end instanceof End.Complete)) {
        writer.awaitAll();
        return end;
      }
      batches.flush();
      writer.awaitAll();
      RowException reject = stopAt();
      return reject == null ? end : new End.Stopped(reject);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private End dryRun(Rejects rejects) throws IOException, InterruptedException {
    try (Rows source = settings.source().open()) {
      Mapper mapper = new Mapper(settings.mapping(), destination, source.columns());
      return each(
          source,
          mapper,
          null,
          point -> {
            counters.counted(point.tenant(), 1);
            progress.advanced(rows, source.progress());
          },
          reject -> {
            firstReject.compareAndSet(null, reject);
            dryRejects++;
            if (settings.onError() == OnError.SKIP) {
              rejects.add(reject);
            }
          });
    }
  }

  private interface PointStep {
    void accept(LoadPoint point) throws InterruptedException;
  }

  private interface RejectStep {
    void accept(RowException reject) throws IOException;
  }

  private End each(
      Rows source, Mapper mapper, @Nullable Journal journal, PointStep point, RejectStep reject)
      throws IOException, InterruptedException {
    while (true) {
      if (interrupted.getAsBoolean()) {
        return new End.Interrupted();
      }
      RowException stop = stopAt();
      if (stop != null) {
        return new End.Stopped(stop);
      }
      try {
        Row row = source.next();
        if (row == null) {
          return new End.Complete();
        }
        if (journal != null && journal.isDone(row.number())) {
          continue;
        }
        LoadPoint mapped = mapper.point(row);
        rows++;
        point.accept(mapped);
      } catch (RowException e) {
        if (journal == null || !journal.isDone(e.row())) {
          rows++;
          reject.accept(e);
        }
      }
    }
  }

  private @Nullable RowException stopAt() {
    return settings.onError() == OnError.STOP ? firstReject.get() : null;
  }

  /** A load that stops leaves the row undone, so that it is read again once the file or the options are corrected. */
  private void refuse(Journal journal, Rejects rejects, RowException reject) throws IOException {
    firstReject.compareAndSet(null, reject);
    if (settings.onError() == OnError.SKIP) {
      synchronized (rejects) {
        journal.refused(reject.row(), rejects.add(reject));
      }
    }
  }

  /** Reads all ids back, and writes again what is missing. */
  private End check(Journal journal, Rejects rejects) throws IOException, InterruptedException {
    ExistenceCheck check = new ExistenceCheck(sink, new Retries(settings.retryFor()));
    for (int repairs = 0; ; repairs++) {
      RowSet absent = check.missing(journal);
      missing = absent.size();
      if (repairs == 0) {
        rewritten = missing;
      }
      if (absent.isEmpty() || repairs == MAX_REPAIRS || settings.source().file() == null) {
        return new End.Complete();
      }
      journal.missing(absent);
      End end = write(journal, rejects);
      if (!(end instanceof End.Complete)) {
        return end;
      }
    }
  }

  /** Records in the journal what the server has answered. */
  private final class Outcome implements WriteOutcome {
    private final Journal journal;
    private final Rejects rejects;
    private final AtomicReference<@Nullable Batches> batches;
    private volatile double share;

    Outcome(Journal journal, Rejects rejects, AtomicReference<@Nullable Batches> batches) {
      this.journal = journal;
      this.rejects = rejects;
      this.batches = batches;
    }

    @Override
    public void written(TenantId tenant, List<LoadPoint> points, long nanos) {
      try {
        journal.written(new WrittenBatch(
            tenant,
            points.stream().map(LoadPoint::row).toList(),
            points.stream().map(point -> point.point().id()).toList()));
      } catch (IOException e) {
        throw new UncheckedIOException(new IOException(
            "is loaded no further, the journal cannot be written: " + e.getMessage(), e));
      }
      counters.written(tenant, points.size(), nanos);
      points.forEach(this::settle);
      progress.advanced(journal.rowsDone(), share);
    }

    @Override
    public void refused(LoadPoint point, RowException reason) {
      try {
        refuse(journal, rejects, reason);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      settle(point);
    }

    private void settle(LoadPoint point) {
      Batches of = batches.get();
      if (of != null) {
        of.settled(point.point().id());
      }
    }

    @Override
    public void retried() {
      counters.retried();
    }
  }
}
