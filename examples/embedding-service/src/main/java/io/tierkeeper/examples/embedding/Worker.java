package io.tierkeeper.examples.embedding;

import io.tierkeeper.client.TenantClientException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a job, embeds its text, writes its points, marks it as done. A worker that dies at any step leaves a job that another takes
 * when the lease has expired. Doing a job twice has the effect of doing it once, since ids and vectors depend on the job only.
 *
 * <p>A worker renews the lease before each call, and each call ends long before the lease does, so a worker that has lost it writes
 * nothing any more. A process that is suspended for a whole lease between the two is the exception.
 */
final class Worker {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** Another worker has the job. */
  private static final class LeaseLost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private final JobStore jobs;
  private final ModelChange change;
  private final Models models;
  private final SegmentIndex index;
  private final Chunker chunker;
  private final Meters meters;
  private final Settings settings;
  private final Failpoint failpoint;

  Worker(
      JobStore jobs,
      ModelChange change,
      Models models,
      SegmentIndex index,
      Meters meters,
      Settings settings,
      Failpoint failpoint) {
    this.jobs = jobs;
    this.change = change;
    this.models = models;
    this.index = index;
    this.chunker = new Chunker(settings.chunks());
    this.meters = meters;
    this.settings = settings;
    this.failpoint = failpoint;
  }

  /**
   * Does one job, if one may run.
   *
   * @return whether there was one
   * @throws SQLException if the database fails; the job is taken again when its lease has expired
   */
  boolean runOne() throws SQLException {
    Optional<Claim> claim = jobs.claim(settings.lease());
    if (claim.isEmpty()) {
      return false;
    }
    Claim job = claim.get();
    try {
      if (job.attempt() > settings.maxAttempts()) {
        jobs.fail(
            job,
            "given up after " + settings.maxAttempts()
                + " attempts, the last of which ended with its process");
      } else {
        complete(job);
      }
    } catch (LeaseLost e) {
      LOG.info("job {}: another worker has it", job.jobId());
    } catch (Embedder.EmbeddingException e) {
      failed(job, e, e.retryable(), e.retryAfter());
    } catch (TenantClientException e) {
      failed(
          job,
          e,
          e.retryable(),
          e instanceof TenantClientException.RateLimited limited ? limited.retryAfter() : null);
    } catch (RuntimeException e) {
      LOG.error("job {}: unexpected", job.jobId(), e);
      failed(job, e, false, null);
    }
    return true;
  }

  private void complete(Claim job) throws SQLException {
    try {
      jobs.succeed(job, process(job));
    } catch (TenantClientException.IdConflict e) {
      if (job.kind() != Kind.BACKFILL) {
        throw e;
      }
      // Points are missing, so there is nothing to add vectors to: write them anew.
      Claim anew = job.as(Kind.EMBED, change.current().of(Kind.EMBED));
      jobs.succeed(anew, process(anew));
    }
  }

  /** Writes the points of a job, and returns the number of segments. */
  private int process(Claim job) throws SQLException {
    List<String> segments = chunker.split(job.text());
    failpoint.reached("worker.split");
    for (int first = 0; first < segments.size(); first += Embedder.MAX_BATCH) {
      int end = Math.min(segments.size(), first + Embedder.MAX_BATCH);
      write(job, first, segments.subList(first, end));
    }
    renew(job);
    index.trim(job, segments.size());
    failpoint.reached("worker.trimmed");
    return segments.size();
  }

  private void write(Claim job, int first, List<String> texts) throws SQLException {
    Map<String, List<float[]>> vectors = new HashMap<>();
    for (String model : job.models()) {
      renew(job);
      vectors.put(model, models.embedder(model).embed(texts));
      failpoint.reached("worker.embedded");
    }
    renew(job);
    meters.upsert(() -> {
      if (job.kind() == Kind.BACKFILL) {
        index.addVectors(job, first, texts.size(), vectors);
      } else {
        index.upsert(job, first, texts, vectors);
      }
    });
    failpoint.reached("worker.upserted");
  }

  private void renew(Claim job) throws SQLException {
    if (!jobs.renew(job, settings.lease())) {
      throw new LeaseLost();
    }
  }

  private void failed(
      Claim job, RuntimeException error, boolean retryable, @Nullable Duration retryAfter)
      throws SQLException {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    if (retryable && job.attempt() < settings.maxAttempts()) {
      Duration wait = retryAfter == null ? backOff(job.attempt()) : retryAfter;
      LOG.warn(
          "job {}: attempt {} failed, again in {}: {}", job.jobId(), job.attempt(), wait, message);
      jobs.retry(job, wait, message);
    } else {
      LOG.warn("job {}: given up after {} attempts: {}", job.jobId(), job.attempt(), message);
      jobs.fail(job, message);
    }
  }

  private Duration backOff(int failures) {
    double millis = settings.backOff().toMillis() * Math.pow(2, failures - 1.0);
    double longest = Math.min(millis, (double) Settings.MAX_BACK_OFF.toMillis());
    // Up to half of it is left out, so that jobs that have failed together do not come back
    // together.
    return Duration.ofMillis((long) (longest * (1 - ThreadLocalRandom.current().nextDouble() / 2)));
  }
}
