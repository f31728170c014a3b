package io.tierkeeper.operator.connection;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.lab.kubeapi.EmbeddedKubernetes;
import io.tierkeeper.operator.config.QdrantAccess;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Whoever may create a TieredCollection, but not write Secrets, names endpoints that must get nothing: no connection, no key, and
 * nothing of what is there may come back.
 */
class HostileEndpointsTest {
  private static final String CANARY = "canary-key-51c0";

  /** Services of the pod, the node, the cloud and the API server, in each form that names them. */
  private static final List<String> RESERVED = List.of(
      "http://127.0.0.1:PORT",
      "http://127.0.0.2:PORT",
      "http://127.255.255.254:PORT",
      "http://127.1:PORT",
      "http://127.0.1:PORT",
      "http://localhost:PORT",
      "http://LOCALHOST:PORT",
      "http://localhost.:PORT",
      "http://0.0.0.0:PORT",
      "http://0.1.2.3:PORT",
      "http://[::1]:PORT",
      "http://[0:0:0:0:0:0:0:1]:PORT",
      "http://[::]:PORT",
      "http://[::ffff:127.0.0.1]:PORT",
      "http://[::ffff:7f00:1]:PORT",
      "http://[::127.0.0.1]:PORT",
      "http://[64:ff9b::7f00:1]:PORT",
      "http://[64:ff9b::169.254.169.254]:PORT",
      "http://[2002:7f00:1::]:PORT",
      "http://[2002:a9fe:a9fe::1]:PORT",
      "http://169.254.169.254:PORT",
      "http://169.254.169.254:80",
      "http://169.254.170.2:80",
      "http://169.254.0.1:6334",
      "http://169.254.255.255:6334",
      "http://[::ffff:169.254.169.254]:80",
      "http://[fe80::1]:PORT",
      "http://[fe80::a9fe:a9fe]:80",
      "http://[febf::1]:80",
      "http://[fd00:ec2::254]:80",
      "http://[fd20:ce::254]:80",
      "http://100.100.100.200:80",
      "http://168.63.129.16:80",
      "http://168.63.129.16:32526",
      "http://192.0.0.192:80",
      "http://224.0.0.1:6334",
      "http://239.255.255.250:1900",
      "http://[ff02::1]:6334",
      "http://255.255.255.255:6334",
      "https://127.0.0.1:PORT",
      "https://localhost:PORT",
      "https://[::1]:PORT",
      "https://169.254.169.254:443");

  /** Not an address of a peer at all. */
  private static final List<String> MALFORMED = List.of(
      "file:///etc/passwd",
      "gopher://127.0.0.1:PORT",
      "ftp://127.0.0.1:PORT",
      "jar:http://127.0.0.1:PORT!/",
      "unix:/var/run/docker.sock",
      "dns:///localhost:PORT",
      "http://",
      "http://:PORT",
      "http:///x",
      "http://127.0.0.1",
      "http://user:secret@127.0.0.1:PORT",
      "http://a@127.0.0.1:PORT",
      "http://127.0.0.1:0",
      "http://127.0.0.1:99999",
      "http://127.0.0.1:-1",
      "http://127.0.0.1:PORT\\r\\nX-Injected: 1",
      "http://exa mple:PORT",
      "//127.0.0.1:PORT",
      "127.0.0.1:PORT",
      "");

  /** To these the Secret does not let its key be sent; it lists https://q.example:6334 and :6333. */
  private static final List<String> NOT_OF_THE_KEY = List.of(
      "http://q.example:6334",
      "https://q.example:7000",
      "https://q.example.evil.example:6334",
      "https://evil.example:6334",
      "https://q.example.:6334",
      "https://xq.example:6334",
      "https://q.example@evil.example:6334",
      "https://evil.example:6334?q.example",
      "https://127.0.0.1:PORT",
      "http://127.0.0.1:PORT");

  @Test
  void noneOfThemGetsAConnectionOrTheKey() throws Exception {
    assertThat(RESERVED.size() + MALFORMED.size() + NOT_OF_THE_KEY.size())
        .isGreaterThanOrEqualTo(60);
    AtomicInteger connections = new AtomicInteger();
    List<String> leaks = new ArrayList<>();
    try (ServerSocket everything = new ServerSocket()) {
      everything.bind(new InetSocketAddress("::", 0));
      Thread.ofVirtual().start(() -> answer(everything, connections));
      try (EmbeddedKubernetes kubernetes = EmbeddedKubernetes.start();
          KubernetesClient client = kubernetes.client();
          QdrantConnections qdrant =
              new QdrantConnections(client, new QdrantAccess(GrpcQdrant::connect, List.of()))) {
        secret(client);
        String port = Integer.toString(everything.getLocalPort());
        for (String endpoint : RESERVED) {
          leaks.addAll(leak(qdrant, endpoint.replace("PORT", port), "", true));
        }
        leaks.addAll(leak(qdrant, apiServer(client), "", true));
        for (String endpoint : MALFORMED) {
          leaks.addAll(leak(qdrant, endpoint.replace("PORT", port), "", false));
        }
        for (String endpoint : NOT_OF_THE_KEY) {
          leaks.addAll(
              leak(qdrant, endpoint.replace("PORT", port), ", credentialsRef: {name: key}", true));
        }
      }
    }
    assertThat(leaks).isEmpty();
    assertThat(connections).hasValue(0);
  }

  /** What is wrong: an endpoint that is used, or refused with something in the message that it must not repeat. */
  private static List<String> leak(
      QdrantConnections qdrant, String endpoint, String extra, boolean byRule) {
    try {
      QdrantConnections.Connection connection = qdrant.of(collection(endpoint, extra));
      for (var peer : connection.cluster().peers()) {
        try {
          peer.status();
        } catch (QdrantException e) {
          // The connection itself is the leak.
        }
      }
      return List.of(endpoint + " was connected");
    } catch (QdrantException.Unavailable e) {
      // A name that this machine does not know.
      return String.valueOf(e.getMessage()).contains("host name not found")
          ? List.of()
          : List.of(endpoint + ": " + e.getMessage());
    } catch (ConnectionFault e) {
      boolean repeats = e.sentence().contains(CANARY) || e.sentence().contains("secret@");
      boolean wrong = byRule
          && !e.reason().equals("HostNotAllowed")
          // A form that the JDK does not take for an address is refused as malformed.
          && !e.reason().equals("QdrantUnreachable");
      return repeats || wrong
          ? List.of(endpoint + ": " + e.reason() + " " + e.sentence())
          : List.of();
    }
  }

  private static String apiServer(KubernetesClient client) {
    return "http://" + client.getMasterUrl().getHost() + ":"
        + client.getMasterUrl().getPort();
  }

  private static void answer(ServerSocket socket, AtomicInteger connections) {
    while (!socket.isClosed()) {
      try (var one = socket.accept()) {
        connections.incrementAndGet();
        one.getOutputStream()
            .write(
                "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        if (!socket.isClosed()) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private static void secret(KubernetesClient client) {
    client
        .resource(new SecretBuilder()
            .withNewMetadata()
            .withName("key")
            .withNamespace("default")
            .endMetadata()
            .withData(
                java.util.Map.of("apiKey", encoded(CANARY), "allowedHosts", encoded("q.example")))
            .build())
        .create();
  }

  private static String encoded(String text) {
    return java.util.Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static TieredCollection collection(String endpoint, String extra) {
    return Serialization.unmarshal("""
        apiVersion: tierkeeper.io/v1alpha1
        kind: TieredCollection
        metadata: {name: kb, namespace: default}
        spec:
          qdrant: {endpoints: ["%s"]%s}
        """.formatted(endpoint, extra), TieredCollection.class);
  }
}
