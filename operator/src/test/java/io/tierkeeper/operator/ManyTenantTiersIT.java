package io.tierkeeper.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.api.v1alpha1.TenantTier;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Hundreds of TenantTiers get their statuses once, cost no write at rest, and a change of one writes no other. */
@NullUnmarked
class ManyTenantTiersIT {

  private static final int TIERS = 500;

  @TempDir
  Path directory;

  @Test
  void atRestNothingIsWrittenAndAChangeIsAnsweredInItsTenantTierAlone() throws Exception {
    try (OperatorWorld world = new OperatorWorld(directory)) {
      world.write("rest", 2 * TIERS);
      for (int i = 0; i < TIERS; i++) {
        world.write(tenant(i), 1);
      }
      world.applyPolicy("Recommend");
      world.applyCollection("brisk", "");
      world.apply(IntStream.range(0, TIERS)
          .mapToObj(i -> """
              ---
              apiVersion: tierkeeper.io/v1alpha1
              kind: TenantTier
              metadata: {name: %s}
              spec: {collectionRef: {name: kb}, tenant: %s}
              """.formatted(tenant(i), tenant(i)))
          .collect(Collectors.joining()));
      try (TierkeeperOperator operator = TierkeeperOperator.start(world.account, world.options())) {
        await()
            .atMost(Duration.ofSeconds(120))
            .until(() -> tiers(world).values().stream().allMatch(ManyTenantTiersIT::judged));
        // What an evaluation that began before still writes.
        awaitEvaluations(operator, 2);
        Map<String, String> before = versions(world);
        awaitEvaluations(operator, 3);
        assertThat(versions(world)).isEqualTo(before);

        String changed = tenant(7);
        world.merge(TenantTier.class, changed, "{\"spec\":{\"tier\":\"Fallback\"}}");
        await().atMost(Duration.ofSeconds(30)).until(() -> judged(tiers(world).get(changed)));
        awaitEvaluations(operator, 2);
        Map<String, String> after = versions(world);
        assertThat(after.remove(changed)).isNotEqualTo(before.remove(changed));
        assertThat(after).isEqualTo(before);
      }
    }
  }

  private static boolean judged(TenantTier tier) {
    return tier.getStatus() != null
        && "Fallback".equals(tier.getStatus().tier())
        && tier.getMetadata().getGeneration().equals(tier.getStatus().observedGeneration());
  }

  private static Map<String, TenantTier> tiers(OperatorWorld world) {
    return world
        .client
        .resources(TenantTier.class)
        .inNamespace(world.namespace)
        .list()
        .getItems()
        .stream()
        .collect(Collectors.toMap(tier -> tier.getMetadata().getName(), tier -> tier));
  }

  private static Map<String, String> versions(OperatorWorld world) {
    Map<String, String> versions = new TreeMap<>();
    tiers(world)
        .forEach((name, tier) -> versions.put(name, tier.getMetadata().getResourceVersion()));
    return versions;
  }

  private static void awaitEvaluations(TierkeeperOperator operator, int count) throws Exception {
    long before = evaluations(operator);
    await().atMost(Duration.ofSeconds(60)).until(() -> evaluations(operator) >= before + count);
  }

  private static long evaluations(TierkeeperOperator operator) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(
                      URI.create("http://127.0.0.1:" + operator.httpPort() + "/metrics"))
                  .build(),
              BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith("tierkeeper_evaluation_seconds_count"))
          .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  private static String tenant(int number) {
    return "tenant-" + number;
  }
}
