package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the SQL promises, on each database. */
abstract class JobStoreContract {

  private static final Duration LEASE = Duration.ofMinutes(1);

  private Database database;
  private JobStore jobs;
  private ModelChange change;

  /** The URL and the user of an empty database. */
  abstract Settings.DatabaseSettings database() throws Exception;

  @BeforeEach
  void open() throws Exception {
    Settings.DatabaseSettings settings = database();
    database = Database.open(settings);
    jobs = new JobStore(database, Failpoint.NONE);
    change = new ModelChange(database, Failpoint.NONE);
    change.target("m", Set.of("m"));
    // A second start finds the schema there.
    Database.open(settings).close();
  }

  @AfterEach
  void close() {
    database.close();
  }

  private JobStore.Accepted submit(String tenant, String asset, String text, @Nullable String key)
      throws SQLException {
    return jobs.submit(new JobStore.Request(tenant, Kind.EMBED, asset, text, 1, key));
  }

  private Claim claim() throws SQLException {
    return jobs.claim(LEASE).orElseThrow();
  }

  private void letTimePass() throws SQLException {
    database.transaction(
        tx -> tx.update(
            "UPDATE outbox SET leased_until = CURRENT_TIMESTAMP - INTERVAL '1' HOUR, available_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR"));
  }

  @Test
  void aRepeatedRequestGetsTheSameJob() throws SQLException {
    JobStore.Accepted first = submit("acme", "a", "text", null);
    assertThat(first.created()).isTrue();
    assertThat(first.job().state()).isEqualTo(JobState.QUEUED);
    JobStore.Accepted again = submit("acme", "a", "text", null);
    assertThat(again.created()).isFalse();
    assertThat(again.job().id()).isEqualTo(first.job().id());
    assertThat(submit("other", "a", "text", null).job().id())
        .as("another tenant")
        .isNotEqualTo(first.job().id());
    JobStore.Accepted changed = submit("acme", "a", "another text", null);
    assertThat(changed.created()).as("other content").isTrue();
    JobStore.Accepted back = submit("acme", "a", "text", null);
    assertThat(back.created())
        .as("the first content once more, which has to be stored again")
        .isTrue();
    assertThat(back.job().id()).isNotEqualTo(first.job().id());
  }

  @Test
  void anIdempotencyKeyNamesOneRequestOfOneTenant() throws SQLException {
    JobStore.Accepted first = submit("acme", "a", "text", "key");
    submit("acme", "a", "another text", null);
    JobStore.Accepted again = submit("acme", "a", "text", "key");
    assertThat(again.created()).isFalse();
    assertThat(again.job().id()).isEqualTo(first.job().id());
    assertThatThrownBy(() -> submit("acme", "a", "a third text", "key"))
        .isInstanceOf(JobStore.KeyReused.class);
    assertThatThrownBy(() -> submit("acme", "b", "text", "key"))
        .isInstanceOf(JobStore.KeyReused.class);
    assertThat(submit("other", "b", "text", "key").created()).isTrue();
  }

  @Test
  void manyRequestsAtOnceMakeOneJob() throws Exception {
    Set<UUID> ids = new TreeSet<>();
    int created = 0;
    for (JobStore.Accepted accepted : atOnce(8, () -> submit("acme", "a", "text", "key"))) {
      ids.add(accepted.job().id());
      created += accepted.created() ? 1 : 0;
    }
    assertThat(ids).hasSize(1);
    assertThat(created).isEqualTo(1);
    claim();
    assertThat(jobs.claim(LEASE)).isEmpty();
  }

  @Test
  void workersAtOnceTakeDifferentJobs() throws Exception {
    for (int i = 0; i < 8; i++) {
      submit("acme", "asset-" + i, "text", null);
    }
    Set<UUID> taken = new TreeSet<>();
    for (Optional<Claim> claim : atOnce(8, () -> {
      // Another transaction may hold the only row that this one has looked at.
      Optional<Claim> found = jobs.claim(LEASE);
      while (found.isEmpty()) {
        found = jobs.claim(LEASE);
      }
      return found;
    })) {
      taken.add(claim.orElseThrow().jobId());
    }
    assertThat(taken).hasSize(8);
  }

  @Test
  void jobsOfOneAssetRunInTheOrderOfTheirRequests() throws SQLException {
    UUID first = submit("acme", "a", "1", null).job().id();
    UUID second = submit("acme", "a", "2", null).job().id();
    UUID other = submit("acme", "b", "1", null).job().id();
    Claim claim = claim();
    assertThat(claim.jobId()).isEqualTo(first);
    assertThat(claim().jobId()).as("of another asset").isEqualTo(other);
    assertThat(jobs.claim(LEASE)).as("the second of a waits for the first").isEmpty();
    assertThat(jobs.retry(claim, Duration.ofMinutes(1), "busy")).isTrue();
    assertThat(jobs.claim(LEASE))
        .as("also while the first waits for its next attempt")
        .isEmpty();
    letTimePass();
    Claim again = claim();
    assertThat(again.jobId()).isEqualTo(first);
    assertThat(again.attempt()).isEqualTo(2);
    assertThat(jobs.succeed(again, 1)).isTrue();
    letTimePass();
    assertThat(claim().jobId()).isIn(second, other);
  }

  @Test
  void aLeaseThatHasExpiredGoesToAnotherWorker() throws SQLException {
    UUID id = submit("acme", "a", "1", null).job().id();
    Claim lost = claim();
    assertThat(jobs.claim(LEASE)).isEmpty();
    assertThat(jobs.renew(lost, LEASE)).isTrue();
    letTimePass();
    Claim taken = claim();
    assertThat(taken.jobId()).isEqualTo(id);
    assertThat(jobs.renew(lost, LEASE)).isFalse();
    assertThat(jobs.succeed(lost, 1)).isFalse();
    assertThat(jobs.retry(lost, LEASE, "x")).isFalse();
    assertThat(jobs.fail(lost, "x")).isFalse();
    assertThat(jobs.find("acme", id).orElseThrow().state()).isEqualTo(JobState.PROCESSING);
    assertThat(jobs.succeed(taken, 7)).isTrue();
    assertThat(jobs.find("acme", id).orElseThrow().segments()).isEqualTo(7);
  }

  @Test
  void aJobIsFoundByItsTenantOnly() throws SQLException {
    UUID id = submit("acme", "a", "1", null).job().id();
    assertThat(jobs.find("acme", id)).isPresent();
    for (String other : List.of("other", "ACME", "acme ", "%", "acme' OR '1'='1")) {
      assertThat(jobs.find(other, id)).as(other).isEmpty();
    }
  }

  @Test
  void theBacklogCountsAndChangesOfModelEnqueue() throws SQLException {
    submit("acme", "a", "1", null);
    submit("acme", "b", "1", null);
    assertThat(jobs.succeed(claim(), 1)).isTrue();
    database.transaction(
        tx -> tx.update("UPDATE job SET created_at = CURRENT_TIMESTAMP - INTERVAL '1' HOUR"));
    JobStore.Backlog backlog = jobs.backlog();
    assertThat(backlog.jobs().get(JobState.QUEUED)).isEqualTo(1);
    assertThat(backlog.jobs().get(JobState.SUCCEEDED)).isEqualTo(1);
    assertThat(backlog.jobs().get(JobState.FAILED)).isZero();
    assertThat(backlog.oldest()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    assertThat(backlog.assetsWithoutTarget()).isZero();

    assertThatThrownBy(() -> change.target("n", Set.of("n")))
        .isInstanceOf(Variables.InvalidSetting.class)
        .hasMessageContaining("EMBEDDING_MODELS lacks m");
    assertThat(change.current()).isEqualTo(new ModelChange.Current("m", "m"));
    change.target("n", Set.of("m", "n"));
    assertThat(jobs.backlog().assetsWithoutTarget()).isEqualTo(1);
    assertThat(change.step()).isEqualTo(new ModelChange.Step(1, false));
    Claim embed = claim();
    assertThat(embed.models()).containsExactly("m", "n");
    assertThat(jobs.succeed(embed, 1)).isTrue();
    Claim backfill = claim();
    assertThat(backfill.kind()).isEqualTo(Kind.BACKFILL);
    assertThat(backfill.models()).containsExactly("n");
    assertThat(jobs.succeed(backfill, 1)).isTrue();
    assertThat(change.step()).isEqualTo(new ModelChange.Step(0, true));
    assertThat(change.current()).isEqualTo(new ModelChange.Current("n", "n"));
  }

  @Test
  void theQueryOfTheReadmeCountsJobs() throws Exception {
    submit("acme", "a", "1", null);
    Matcher block =
        Pattern.compile("(?s)```sql\n(.*?);\n```").matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();
    List<String> rows = database.transaction(tx -> tx.list(
        block.group(1),
        row -> row.getString(1) + " " + row.getString(2) + " " + row.getInt(3) + " "
            + row.getDouble(4)));
    assertThat(rows).containsExactly("Embed Queued 1 0.0");
  }

  /** Runs something on several threads, which begin together. */
  private static <T> List<T> atOnce(int threads, Callable<T> task) throws Exception {
    CountDownLatch begin = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        futures.add(executor.submit(() -> {
          begin.await();
          return task.call();
        }));
      }
      begin.countDown();
      List<T> results = new ArrayList<>();
      for (Future<T> future : futures) {
        results.add(future.get());
      }
      return results;
    }
  }
}
