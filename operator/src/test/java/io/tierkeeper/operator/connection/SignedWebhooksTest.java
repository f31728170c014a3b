package io.tierkeeper.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.qdrant.PointId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which fences a Secret allows, and how the receiver of a webhook recognizes the operator. */
class SignedWebhooksTest {
  private static final String KEY = "canary-webhook-key";
  private static final Duration SECOND = Duration.ofSeconds(5);

  private final List<String> received = new ArrayList<>();
  private HttpServer server;
  private URI url;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      received.add(exchange.getRequestHeaders().getFirst(SignedWebhooks.TIMESTAMP) + " "
          + exchange.getRequestHeaders().getFirst(SignedWebhooks.SIGNATURE) + " "
          + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      exchange.getResponseHeaders().add("Location", "http://127.0.0.1:1/");
      exchange.sendResponseHeaders(
          exchange.getRequestURI().getPath().equals("/moved") ? 302 : 204, -1);
      exchange.close();
    });
    server.start();
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/gate");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void signsTimestampAndBody() throws Exception {
    assertThat(webhooks(origin(), KEY).post(url, SECOND, "{\"phase\":\"Fence\"}"))
        .isEqualTo(204);
    // printf '1700000000.{"phase":"Fence"}' | openssl dgst -sha256 -hmac canary-webhook-key
    assertThat(received)
        .containsExactly(
            "1700000000 sha256=" + SignedWebhooks.sign(KEY, "1700000000", "{\"phase\":\"Fence\"}")
                + " {\"phase\":\"Fence\"}");
    assertThat(SignedWebhooks.sign("key", "1", "body"))
        .isEqualTo("91b5374b153842ad05b2c4eab9349b8321b14703165bd3fb8b034dfb8be98ae5");
  }

  @Test
  void followsNoRedirect() throws Exception {
    assertThat(webhooks(origin(), KEY).post(url.resolve("/moved"), SECOND, "{}"))
        .isEqualTo(302);
    assertThat(received).hasSize(1);
  }

  @Test
  void callsOnlyWhatTheSecretListsAndOnlySigned() {
    assertThatThrownBy(() -> webhooks("https://127.0.0.1", KEY).post(url, SECOND, "{}"))
        .hasMessageContaining("is not in allowedWebhooks of Secret qdrant-key");
    assertThatThrownBy(() -> webhooks("http://127.0.0.1:1", KEY).post(url, SECOND, "{}"))
        .hasMessageContaining("allowedWebhooks");
    assertThatThrownBy(() -> webhooks(origin(), null).post(url, SECOND, "{}"))
        .hasMessageContaining("has no data webhookSecret");
    SignedWebhooks reserved = new SignedWebhooks(
        permit(origin(), KEY), new ReservedAddresses("", List.of()), () -> Instant.EPOCH);
    assertThatThrownBy(() -> reserved.post(url, SECOND, "{}")).hasMessageContaining("loopback");
    assertThat(received).isEmpty();
  }

  @Test
  void allowsOnlyTheMarkerPointsThatTheSecretLists() {
    SignedWebhooks webhooks = webhooks(origin(), KEY);
    assertThat(webhooks.refusal(new Fence.Token("tokens", PointId.of(1)))).isEmpty();
    assertThat(webhooks.refusal(new Fence.Token("leases", PointId.of(99)))).isEmpty();
    assertThat(webhooks.refusal(new Fence.Token("tokens", PointId.of(2))).orElseThrow())
        .contains("point tokens/2 is not in allowedFencePoints of Secret qdrant-key");
    assertThat(webhooks.refusal(new Fence.Manual())).isEmpty();
    FencePermit none =
        new FencePermit(null, FencePermit.points(""), FencePermit.origins(""), null, null);
    assertThat(none.refusal(new Fence.Token("tokens", PointId.of(1))).orElseThrow())
        .contains("no spec.qdrant.credentialsRef");
    assertThat(permit(origin(), KEY).toString()).doesNotContain(KEY);
  }

  private String origin() {
    return "http://127.0.0.1:" + url.getPort();
  }

  private static SignedWebhooks webhooks(String allowed, @Nullable String key) {
    return new SignedWebhooks(
        permit(allowed, key),
        address -> Optional.empty(),
        () -> Instant.ofEpochSecond(1_700_000_000));
  }

  private static FencePermit permit(String allowed, @Nullable String key) {
    return new FencePermit(
        "qdrant-key",
        FencePermit.points("tokens/1, leases/*"),
        FencePermit.origins(allowed),
        key,
        null);
  }
}
