package io.tierkeeper.operator.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tierkeeper.operator.metrics.Metric;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Rights that are taken away are seen in a metric and in the probe. */
class ApiRefusalsTest {

  private Instant now = Instant.parse("2026-11-21T00:00:00Z");

  @Test
  void countsAndNamesWhatIsRefused() throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    ApiRefusals refusals = new ApiRefusals(() -> now, meters);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      exchange.sendResponseHeaders(
          exchange.getRequestURI().getPath().contains("secrets") ? 403 : 404, -1);
      exchange.close();
    });
    server.start();
    try (KubernetesClient client = new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build())
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("refusals", refusals))
        .build()) {
      assertThat(client.configMaps().inNamespace("default").withName("absent").get())
          .isNull();
      assertThat(refusals.recent()).isEmpty();
      assertThatThrownBy(
              () -> client.secrets().inNamespace("default").withName("key").get())
          .isInstanceOf(KubernetesClientException.class);
      assertThat(refusals.recent())
          .hasValue("the API server refused GET /api/v1/namespaces/default/secrets/key with 403 at"
              + " 2026-11-21T00:00:00Z; check the Role of the operator");
      assertThat(meters.get(Metric.API_REFUSED.id()).counter().count()).isEqualTo(1);
      now = now.plusSeconds(301);
      assertThat(refusals.recent()).isEmpty();
    } finally {
      server.stop(0);
    }
  }
}
