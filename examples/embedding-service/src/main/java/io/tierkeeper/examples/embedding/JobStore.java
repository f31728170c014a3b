package io.tierkeeper.examples.embedding;

import io.tierkeeper.examples.embedding.Database.Tx;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Jobs and the outbox. The time is the database's, so the clocks of replicas need not agree.
 *
 * <p>Jobs of one asset run in the order of their requests, one at a time: a row of the outbox is taken only when no earlier one of its
 * asset is left.
 */
final class JobStore {

  private static final String JOB = """
      SELECT j.id, a.tenant, j.kind, a.name, j.state, j.attempts, j.segments, j.error
      FROM job j JOIN asset a ON a.id = j.asset_id WHERE j.id = ?""";

  private static final String NEXT = """
      SELECT o.id, o.job_id FROM outbox o
      WHERE o.available_at <= CURRENT_TIMESTAMP
        AND (o.leased_until IS NULL OR o.leased_until < CURRENT_TIMESTAMP)
        AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.asset_id = o.asset_id AND e.id < o.id)
      ORDER BY o.id LIMIT 1 FOR UPDATE SKIP LOCKED""";

  /** Milliseconds from now. */
  private static final String LATER =
      "CURRENT_TIMESTAMP + CAST(? AS INTEGER) * INTERVAL '0.001' SECOND";

  private static final String LEASED = " WHERE id = ? AND lease_token = ?";

  /** What a request asks for. */
  record Request(
      String tenant,
      Kind kind,
      String asset,
      String text,
      int segments,
      @Nullable String idempotencyKey) {}

  /**
   * The answer to a request.
   *
   * @param created whether this request has queued the job; false for a repeated request
   */
  record Accepted(Job job, boolean created) {}

  /** What is not done. */
  record Backlog(Map<JobState, Long> jobs, Duration oldest, long assetsWithoutTarget) {}

  /** The same Idempotency-Key came with another request. */
  static final class KeyReused extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** An asset, locked until the end of the transaction, and what was asked for last. */
  private record Asset(
      long id, @Nullable String latestHash, @Nullable UUID latestJob) {}

  private final Database database;
  private final Failpoint failpoint;

  JobStore(Database database, Failpoint failpoint) {
    this.database = database;
    this.failpoint = failpoint;
  }

  /**
   * Writes job and outbox row in one transaction. A request that is repeated gets the job of the first: one with the same
   * Idempotency-Key, or for the same content that was last asked for of this asset. A failed job is queued again.
   *
   * @throws KeyReused if the key was used for another request
   */
  Accepted submit(Request request) throws SQLException {
    String hash = hash(request.kind().source(), request.asset(), request.text());
    String key = request.idempotencyKey();
    failpoint.reached("request.begun");
    Accepted accepted = database.transaction(tx -> {
      UUID ofKey = key == null ? null : jobOfKey(tx, request.tenant(), key, hash);
      Asset asset = lock(tx, request.tenant(), request.kind().source(), request.asset());
      UUID existing = ofKey == null && hash.equals(asset.latestHash()) ? asset.latestJob() : ofKey;
      Accepted result;
      if (existing == null) {
        result = new Accepted(job(tx, insert(tx, request, asset.id(), hash)), true);
      } else if (existing.equals(asset.latestJob())) {
        result = queueAgain(tx, job(tx, existing), asset.id());
      } else {
        result = new Accepted(job(tx, existing), false);
      }
      if (key != null && ofKey == null) {
        tx.update(
            "INSERT INTO idempotency_key (tenant, idempotency_key, request_hash, job_id) VALUES (?, ?, ?, ?)",
            request.tenant(),
            key,
            hash,
            result.job().id());
      }
      failpoint.reached("request.before-commit");
      return result;
    });
    failpoint.reached("request.committed");
    return accepted;
  }

  private static @Nullable UUID jobOfKey(Tx tx, String tenant, String key, String hash)
      throws SQLException {
    for (UUID job : tx.list(
        "SELECT job_id, request_hash FROM idempotency_key WHERE tenant = ? AND idempotency_key = ?",
        row -> {
          if (!hash.equals(row.getString(2))) {
            throw new KeyReused();
          }
          return row.getObject(1, UUID.class);
        },
        tenant,
        key)) {
      return job;
    }
    return null;
  }

  private static Asset lock(Tx tx, String tenant, String source, String name) throws SQLException {
    tx.update(
        "INSERT INTO asset (tenant, source, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        tenant,
        source,
        name);
    return tx.one(
        "SELECT id, latest_hash, latest_job FROM asset WHERE tenant = ? AND source = ? AND name = ? FOR UPDATE",
        row -> new Asset(row.getLong(1), row.getString(2), row.getObject(3, UUID.class)),
        tenant,
        source,
        name);
  }

  private static Accepted queueAgain(Tx tx, Job job, long asset) throws SQLException {
    if (job.state() != JobState.FAILED) {
      return new Accepted(job, false);
    }
    tx.update("UPDATE job SET state = 'Queued', attempts = 0 WHERE id = ?", job.id());
    enqueue(tx, job.id(), asset);
    return new Accepted(job(tx, job.id()), true);
  }

  private UUID insert(Tx tx, Request request, long asset, String hash) throws SQLException {
    UUID job = UUID.randomUUID();
    tx.update(
        "INSERT INTO job (id, asset_id, kind, text, segments) VALUES (?, ?, ?, ?, ?)",
        job,
        asset,
        request.kind().text(),
        request.text(),
        request.segments());
    failpoint.reached("request.job-written");
    enqueue(tx, job, asset);
    failpoint.reached("request.outbox-written");
    tx.update("UPDATE asset SET latest_hash = ?, latest_job = ? WHERE id = ?", hash, job, asset);
    return job;
  }

  static void enqueue(Tx tx, UUID job, long asset) throws SQLException {
    tx.update("INSERT INTO outbox (job_id, asset_id) VALUES (?, ?)", job, asset);
  }

  /** A job, if it is this tenant's. */
  Optional<Job> find(String tenant, UUID id) throws SQLException {
    return database.transaction(tx ->
        tx.list(JOB + " AND a.tenant = ?", JobStore::job, id, tenant).stream().findFirst());
  }

  /** Leases the oldest job that may run, if there is one. */
  Optional<Claim> claim(Duration lease) throws SQLException {
    record Next(long outboxId, UUID job) {}
    Optional<Claim> claim = database.transaction(tx -> {
      List<Next> next =
          tx.list(NEXT, row -> new Next(row.getLong(1), row.getObject(2, UUID.class)));
      return next.isEmpty()
          ? Optional.<Claim>empty()
          : Optional.of(claim(tx, next.getFirst().outboxId(), next.getFirst().job(), lease));
    });
    if (claim.isPresent()) {
      failpoint.reached("worker.claimed");
    }
    return claim;
  }

  private Claim claim(Tx tx, long outboxId, UUID job, Duration lease) throws SQLException {
    UUID token = UUID.randomUUID();
    tx.update(
        "UPDATE outbox SET lease_token = ?, leased_until = " + LATER + " WHERE id = ?",
        token,
        lease.toMillis(),
        outboxId);
    ModelChange.Current models = ModelChange.current(tx);
    Claim claim = tx.one(
        "SELECT a.id, a.tenant, j.kind, a.name, j.text, j.attempts FROM job j JOIN asset a ON a.id = j.asset_id WHERE j.id = ?",
        row -> new Claim(
            outboxId,
            row.getLong(1),
            token,
            job,
            row.getString(2),
            Kind.of(row.getString(3)),
            row.getString(4),
            row.getString(5),
            row.getInt(6) + 1,
            models.of(Kind.of(row.getString(3)))),
        job);
    tx.update(
        "UPDATE job SET state = 'Processing', attempts = ?, models = ?, updated_at = CURRENT_TIMESTAMP WHERE id = ?",
        claim.attempt(),
        list(claim.models()),
        job);
    failpoint.reached("worker.before-claim");
    return claim;
  }

  /** Begins the lease anew; false if another worker has the job. */
  boolean renew(Claim claim, Duration lease) throws SQLException {
    return database.transaction(tx -> tx.update(
            "UPDATE outbox SET leased_until = " + LATER + LEASED,
            lease.toMillis(),
            claim.outboxId(),
            claim.token())
        == 1);
  }

  /** The points are stored; false if another worker has the job. */
  boolean succeed(Claim claim, int segments) throws SQLException {
    boolean done = database.transaction(tx -> {
      if (!ended(tx, claim, JobState.SUCCEEDED, null)) {
        return false;
      }
      failpoint.reached("worker.outbox-removed");
      tx.update("UPDATE job SET segments = ? WHERE id = ?", segments, claim.jobId());
      Set<String> models = new TreeSet<>(claim.models());
      if (claim.kind() == Kind.BACKFILL) {
        models.addAll(tx.one(
            "SELECT models FROM asset WHERE id = ?",
            row -> set(row.getString(1)),
            claim.assetId()));
      }
      tx.update(
          "UPDATE asset SET stored_job = ?, models = ? WHERE id = ?",
          claim.jobId(),
          list(models),
          claim.assetId());
      failpoint.reached("worker.before-commit");
      return true;
    });
    failpoint.reached("worker.committed");
    return done;
  }

  /** No other attempt; false if another worker has the job. */
  boolean fail(Claim claim, String error) throws SQLException {
    return database.transaction(tx -> ended(tx, claim, JobState.FAILED, error));
  }

  /** Another attempt after a wait; false if another worker has the job. */
  boolean retry(Claim claim, Duration wait, String error) throws SQLException {
    return database.transaction(tx -> tx.update(
                "UPDATE outbox SET lease_token = NULL, leased_until = NULL, available_at = " + LATER
                    + LEASED,
                wait.toMillis(),
                claim.outboxId(),
                claim.token())
            == 1
        && set(tx, claim.jobId(), JobState.QUEUED, error));
  }

  private static boolean ended(Tx tx, Claim claim, JobState state, @Nullable String error)
      throws SQLException {
    return tx.update("DELETE FROM outbox" + LEASED, claim.outboxId(), claim.token()) == 1
        && set(tx, claim.jobId(), state, error);
  }

  private static boolean set(Tx tx, UUID job, JobState state, @Nullable String error)
      throws SQLException {
    return tx.update(
            "UPDATE job SET state = ?, error = ?, updated_at = CURRENT_TIMESTAMP WHERE id = ?",
            state.text(),
            error,
            job)
        == 1;
  }

  /** What is not done, for the metrics. */
  Backlog backlog() throws SQLException {
    record Count(JobState state, long jobs) {}
    return database.transaction(tx -> {
      Map<JobState, Long> jobs = new EnumMap<>(JobState.class);
      for (JobState state : JobState.values()) {
        jobs.put(state, 0L);
      }
      for (Count count : tx.list(
          "SELECT state, COUNT(*) FROM job GROUP BY state",
          row -> new Count(JobState.of(row.getString(1)), row.getLong(2)))) {
        jobs.put(count.state(), count.jobs());
      }
      double seconds = tx.one(
          "SELECT COALESCE(EXTRACT(EPOCH FROM (CURRENT_TIMESTAMP - MIN(j.created_at))), 0)"
              + " FROM outbox o JOIN job j ON j.id = o.job_id",
          row -> row.getDouble(1));
      return new Backlog(
          jobs,
          Duration.ofMillis(Math.max(0, Math.round(seconds * 1000))),
          ModelChange.assetsWithoutTarget(tx));
    });
  }

  private static Job job(Tx tx, UUID id) throws SQLException {
    return tx.one(JOB, JobStore::job, id);
  }

  private static Job job(ResultSet row) throws SQLException {
    return new Job(
        row.getObject(1, UUID.class),
        row.getString(2),
        Kind.of(row.getString(3)),
        row.getString(4),
        JobState.of(row.getString(5)),
        row.getInt(6),
        row.getInt(7),
        row.getString(8));
  }

  /** Names as a text in which {@code LIKE '%,name,%'} finds one. */
  static String list(Set<String> names) {
    return names.isEmpty() ? "," : "," + String.join(",", names) + ",";
  }

  private static Set<String> set(String list) {
    Set<String> names = new TreeSet<>(List.of(list.split(",", -1)));
    names.remove("");
    return names;
  }

  private static String hash(String... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String part : parts) {
        byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
        digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
        digest.update(bytes);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
