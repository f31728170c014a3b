package io.tierkeeper.operator.collection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.audit.file.JsonlAuditLog;
import io.tierkeeper.operator.config.LeaderElection;
import io.tierkeeper.operator.config.OperatorOptions;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trail that cannot be opened, or that does not hold what the status says. */
class AuditRetryTest {

  private static final String HASH = "sha256:" + "ab".repeat(32);

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private Instant now = Instant.parse("2026-11-21T00:00:00Z");
  private int attempts;

  @Test
  void triesAgainAtGrowingIntervalsUntilTheTrailCanBeWritten() throws Exception {
    Path place = Files.writeString(directory.resolve("audit"), "a file where a directory belongs");
    AuditRetry retry = new AuditRetry(() -> now, Duration.ofSeconds(3));
    assertThatThrownBy(() -> open(retry, place, "")).isInstanceOf(AuditUnavailableException.class);
    assertThatThrownBy(() -> open(retry, place, "")).isInstanceOf(AuditUnavailableException.class);
    assertThat(attempts).isEqualTo(1);
    for (int seconds : new int[] {1, 2, 3, 3}) {
      int before = attempts;
      now = now.plusSeconds(seconds).minusMillis(1);
      assertThatThrownBy(() -> open(retry, place, ""))
          .isInstanceOf(AuditUnavailableException.class);
      assertThat(attempts).isEqualTo(before);
      now = now.plusMillis(1);
      assertThatThrownBy(() -> open(retry, place, ""))
          .isInstanceOf(AuditUnavailableException.class);
      assertThat(attempts).isEqualTo(before + 1);
    }
    Files.delete(place);
    now = now.plusSeconds(3);
    try (JsonlAuditLog log = open(retry, place, "")) {
      assertThat(log.healthy()).isTrue();
    }
  }

  @Test
  void goesOnFromTheCheckpointInTheStatusWhereTheFilesAreElsewhere() throws Exception {
    AuditRetry retry = new AuditRetry(() -> now, Duration.ofSeconds(3));
    ByteArrayOutputStream copy = new ByteArrayOutputStream();
    try (JsonlAuditLog log = retry.attempt(() -> new AuditTrails(
            options(directory).withAuditCopy(new PrintStream(copy, true, StandardCharsets.UTF_8)))
        .open(collection(checkpoint(41)), 1, checkpoint -> {}))) {
      assertThat(log.head().sequence()).isEqualTo(42);
    }
    assertThat(copy.toString(StandardCharsets.UTF_8))
        .contains("TrailElsewhere")
        .contains("\"prevhash\":\"" + HASH + "\"");
  }

  @Test
  void refusesATrailThatIsShorterThanTheCheckpointInTheStatus() throws Exception {
    AuditRetry retry = new AuditRetry(() -> now, Duration.ofSeconds(3));
    open(retry, directory, "").close();
    open(retry, directory, "").close();
    assertThatThrownBy(() -> open(retry, directory, checkpoint(41)))
        .isInstanceOf(AuditUnavailableException.class)
        .hasMessageContaining("its tail was cut")
        .extracting(e -> ((AuditUnavailableException) e).retryHelps())
        .isEqualTo(false);
  }

  private static String checkpoint(long size) {
    return "status: {audit: {checkpoint: {size: " + size + ", headHash: \"" + HASH
        + "\", time: \"2026-11-20T00:00:00Z\"}}}";
  }

  private JsonlAuditLog open(AuditRetry retry, Path place, String status) {
    return retry.attempt(() -> {
      attempts++;
      return new AuditTrails(options(place)).open(collection(status), 1, checkpoint -> {});
    });
  }

  private OperatorOptions options(Path place) {
    return OperatorOptions.defaults()
        .withInstance("one")
        .withLeaderElection(LeaderElection.disabled())
        .withAuditDirectory(place)
        .withClock(() -> now);
  }

  private static TieredCollection collection(String status) {
    return Serialization.unmarshal(
        "metadata: {name: kb, namespace: default, uid: u}\nspec: {collection: c}\n" + status,
        TieredCollection.class);
  }
}
