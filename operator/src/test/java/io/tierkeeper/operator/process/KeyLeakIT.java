package io.tierkeeper.operator.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a whole promotion, and after faults of the connection, the key of Qdrant is in nothing that the operator writes. */
@NullUnmarked
class KeyLeakIT {
  private static final Duration LONG = Duration.ofSeconds(120);

  @TempDir
  Path directory;

  @Test
  void theKeyIsInNoLogEventStatusMetricOrAuditLine() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    try (RealCluster cluster = new RealCluster(directory, 20_000)) {
      cluster.write("small", 100);
      cluster.write("acme", 400);
      var one = cluster.start("one", Map.of("TIERKEEPER_HTTP_PORT", Integer.toString(port)));
      cluster.applyManifests("", "");
      cluster.until(LONG, () -> cluster.tier().equals("Dedicated"));
      // A host that the Secret does not list, and one that nothing answers at.
      cluster.apply("""
          apiVersion: tierkeeper.io/v1alpha1
          kind: TieredCollection
          metadata: {name: elsewhere}
          spec:
            qdrant: {endpoints: ["http://elsewhere.test:1"], credentialsRef: {name: qdrant-key}}
            collection: other
            tenantKey: group_id
            fallbackShardKey: default
            policyRef: {name: brisk}
          """);
      one.qdrant().getFirst().close();
      cluster.until(LONG, () -> statuses(cluster).contains("QdrantUnreachable"));
      cluster.until(LONG, () -> statuses(cluster).contains("HostNotAllowed"));

      Map<String, String> written = new TreeMap<>();
      written.put("log", one.process().log());
      written.put("resources and statuses", statuses(cluster));
      written.put(
          "events",
          Serialization.asJson(cluster
              .admin
              .resources(Event.class)
              .inNamespace(cluster.namespace)
              .list()));
      written.put(
          "metrics",
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                      .build(),
                  BodyHandlers.ofString())
              .body());
      try (Stream<Path> files = Files.walk(directory)) {
        for (Path file : files
            .filter(path -> path.toString().contains("audit"))
            .filter(Files::isRegularFile)
            .toList()) {
          written.put(file.toString(), Files.readString(file));
        }
      }
      assertThat(written).hasSizeGreaterThan(4);
      assertThat(written.values()).allSatisfy(text -> assertThat(text).isNotBlank());
      String encoded =
          Base64.getEncoder().encodeToString(RealCluster.API_KEY.getBytes(StandardCharsets.UTF_8));
      for (String key : List.of(RealCluster.API_KEY, encoded)) {
        written.forEach((where, text) -> assertThat(text).as(where).doesNotContain(key));
      }
    }
  }

  private static String statuses(RealCluster cluster) {
    StringBuilder all = new StringBuilder();
    for (Class<? extends HasMetadata> kind :
        List.of(TierPolicy.class, TieredCollection.class, TenantTier.class, TierMove.class)) {
      all.append(Serialization.asJson(
          cluster.admin.resources(kind).inNamespace(cluster.namespace).list()));
    }
    return all.toString();
  }
}
