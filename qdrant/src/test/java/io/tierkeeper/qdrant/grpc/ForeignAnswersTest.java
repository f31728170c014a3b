package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantEndpoints.AddressRefusedException;
import io.tierkeeper.qdrant.QdrantException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that are no Qdrant: what they send is neither repeated nor kept, and refused addresses get nothing. */
class ForeignAnswersTest {
  private static final String CANARY = "canary-7d1f";

  private ScriptedQdrant server;

  @BeforeEach
  void start() throws IOException {
    server = new ScriptedQdrant();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>canary-7d1f</html>",
        "canary-7d1f",
        "{\"secret\": \"canary-7d1f\"}",
        "{\"version\": \"canary-7d1f\", \"result\": {\"status\": \"enabled\"}}",
        "{\"version\": \"1.19.0\", \"result\": {\"status\": \"enabled\", \"peers\": {\"canary-7d1f\": 1}}}",
        "{\"status\": \"canary-7d1f\", \"message\": \"canary-7d1f\"}",
        "{\"result\": {\"status\": \"canary-7d1f\"}}"
      })
  void aBodyThatIsNotQdrantsIsNeverRepeated(String body) {
    for (int code : new int[] {200, 301, 400, 401, 403, 404, 500, 503}) {
      server.rest = exchange -> new ScriptedQdrant.Answer(code, body);
      try (GrpcQdrant cluster = GrpcQdrant.connect(server.endpoints(Duration.ofSeconds(5)))) {
        Throwable thrown = catchThrowable(() -> cluster.peers().get(0).status());
        assertThat(thrown).as("HTTP %d", code).isInstanceOf(QdrantException.class);
        assertThat(everything(thrown)).as("HTTP %d", code).doesNotContain(CANARY);
      }
    }
  }

  @Test
  void theVersionIsAVersion() {
    server.rest = exchange -> new ScriptedQdrant.Answer(200, """
        {"version":"canary-7d1f","result":{"status":"enabled","peer_id":1,"peers":{"1":{}},
         "raft_info":{"term":3,"commit":40,"pending_operations":1,"leader":null}}}""");
    try (GrpcQdrant cluster = GrpcQdrant.connect(server.endpoints(Duration.ofSeconds(5)))) {
      assertThat(cluster.peers().get(0).status().version()).isEmpty();
    }
  }

  @Test
  void anErrorOfQdrantIsRepeatedOnOneLineOfBoundedLength() {
    server.rest = exchange -> new ScriptedQdrant.Answer(
        403, "{\"status\":{\"error\":\"forbidden\\n\\u001b[31m key " + "x".repeat(5000) + "\"}}");
    try (GrpcQdrant cluster = GrpcQdrant.connect(server.endpoints(Duration.ofSeconds(5)))) {
      assertThatThrownBy(() -> cluster.peers().get(0).status())
          .isInstanceOf(QdrantException.Rejected.class)
          .hasMessageContaining("forbidden [31m key")
          .satisfies(thrown ->
              assertThat(thrown.getMessage()).hasSizeLessThan(700).doesNotContain("\n", "\u001b"));
    }
  }

  @Test
  void aBodyOfMoreThanEightMebibytesIsNotRead() {
    server.rest = exchange -> new ScriptedQdrant.Answer(200, "[" + " ".repeat(9 << 20) + "]");
    try (GrpcQdrant cluster = GrpcQdrant.connect(server.endpoints(Duration.ofSeconds(5)))) {
      assertThatThrownBy(() -> cluster.peers().get(0).status())
          .isInstanceOf(QdrantException.Unavailable.class)
          .hasMessageContaining("more than 8388608 bytes");
    }
  }

  @Test
  void aBannerOfAnotherProtocolIsNeverRepeated() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual().start(() -> {
        while (!socket.isClosed()) {
          try (Socket one = socket.accept()) {
            one.getOutputStream()
                .write("SSH-2.0-canary-7d1f\r\n".getBytes(StandardCharsets.US_ASCII));
            one.getInputStream().readNBytes(64);
          } catch (IOException e) {
            return;
          }
        }
      });
      URI peer = URI.create("http://127.0.0.1:" + socket.getLocalPort());
      try (GrpcQdrant cluster =
          GrpcQdrant.connect(QdrantEndpoints.plain(List.of(peer), List.of(socket.getLocalPort()))
              .deadline(Duration.ofSeconds(2)))) {
        assertThat(everything(catchThrowable(() -> cluster.peers().get(0).status())))
            .doesNotContain("canary");
        assertThat(everything(catchThrowable(() -> cluster.peers().get(0).view("kb"))))
            .doesNotContain("canary")
            .doesNotContain("53 53 48")
            .doesNotContain("5353482d");
      }
    }
  }

  @Test
  void anHttpServerBehindTheGrpcPortIsNeverRepeated() throws Exception {
    server.rest = exchange -> new ScriptedQdrant.Answer(404, CANARY);
    int rest = server.endpoints(Duration.ofSeconds(1)).restPorts().get(0);
    try (GrpcQdrant cluster = GrpcQdrant.connect(
        QdrantEndpoints.plain(List.of(URI.create("http://127.0.0.1:" + rest)), List.of(rest))
            .deadline(Duration.ofSeconds(2)))) {
      assertThat(everything(catchThrowable(() -> cluster.peers().get(0).view("kb"))))
          .doesNotContain(CANARY)
          .doesNotContain("Hex dump");
    }
  }

  @Test
  void aRefusedAddressIsNotConnectedTo() {
    QdrantEndpoints endpoints =
        server.endpoints(Duration.ofSeconds(2)).addressRule(address -> Optional.of("loopback"));
    assertThatThrownBy(() -> GrpcQdrant.connect(endpoints))
        .isInstanceOf(AddressRefusedException.class)
        .hasMessageContaining("loopback");
  }

  @Test
  void aNameThatResolvesToARefusedAddressLaterGetsNoFurtherCall() {
    AtomicBoolean rebound = new AtomicBoolean();
    AtomicInteger calls = new AtomicInteger();
    server.rest = exchange -> {
      calls.incrementAndGet();
      return new ScriptedQdrant.Answer(500, "");
    };
    QdrantEndpoints plain = server.endpoints(Duration.ofSeconds(2));
    QdrantEndpoints named = QdrantEndpoints.plain(
            List.of(URI.create("http://localhost:" + server.grpcPort())), plain.restPorts())
        .deadline(Duration.ofSeconds(2))
        .apiKey(CANARY)
        .addressRule(address -> rebound.get() ? Optional.of("it is loopback") : Optional.empty());
    try (GrpcQdrant cluster = GrpcQdrant.connect(named)) {
      rebound.set(true);
      assertThatThrownBy(() -> cluster.peers().get(0).status())
          .isInstanceOf(QdrantException.Unavailable.class)
          .hasMessageContaining("it is loopback");
      assertThatThrownBy(() -> cluster.peers().get(0).view("kb"))
          .isInstanceOf(QdrantException.Unavailable.class)
          .hasMessageContaining("it is loopback");
      assertThat(calls).hasValue(0);
      assertThat(server.apiKeys).isEmpty();
    }
    rebound.set(false);
    try (GrpcQdrant cluster = GrpcQdrant.connect(named)) {
      assertThat(cluster.peers().get(0).view("kb")).isPresent();
      assertThat(server.apiKeys).containsOnly(CANARY);
    }
  }

  private static String everything(Throwable thrown) {
    StringWriter text = new StringWriter();
    thrown.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
