package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.operator.config.OperatorOptions;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many changes in a short time are few evaluations, and the last change is evaluated. */
@NullUnmarked
class BurstIT {

  private static final int CHANGES = 150;
  private static final Duration GAP = Duration.ofSeconds(2);

  @TempDir
  Path directory;

  @Test
  void manyRequestsAndChangesOfTheSpecAreFewEvaluations() throws Exception {
    try (OperatorWorld world = new OperatorWorld(directory)) {
      world.write("acme", 60);
      world.write("rest", 40);
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      world.applyTenant("kb-acme", "acme", "");
      OperatorOptions options = world
          .options()
          .withPace(world.options().pace().withEvaluateEvery(null).withEvaluationGap(GAP));
      try (TierkeeperOperator operator = TierkeeperOperator.start(world.account, options)) {
        await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(() -> assertThat(world.tier("kb-acme")).isEqualTo("Fallback"));
        long before = evaluations(operator);
        long began = System.nanoTime();
        for (int i = 0; i < CHANGES; i++) {
          world.merge(
              TenantTier.class,
              "kb-acme",
              "{\"spec\":{\"tier\":\"" + (i % 2 == 0 ? "Fallback" : "Auto") + "\"}}");
          world.merge(
              TieredCollection.class,
              "kb",
              "{\"metadata\":{\"annotations\":{\"tierkeeper.io/requestedAt\":\"r" + i + "\"}}}");
        }
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(
                () -> assertThat(world.collection().orElseThrow().getStatus().lastHandledRequest())
                    .isEqualTo("r" + (CHANGES - 1)));
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(evaluations(operator) - before)
            .isLessThanOrEqualTo(seconds / GAP.toSeconds() + 3);
      }
    }
  }

  private static long evaluations(TierkeeperOperator operator) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      String metrics = http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics"))
                  .build(),
              BodyHandlers.ofString())
          .body();
      return metrics
          .lines()
          .filter(line -> line.startsWith("tierkeeper_evaluation_seconds_count"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }
}
