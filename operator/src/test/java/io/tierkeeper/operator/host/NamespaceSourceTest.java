package io.tierkeeper.operator.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.tierkeeper.operator.config.WatchedNamespaces;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NamespaceSourceTest {
  private static final byte[] EMPTY_LIST =
      "{\"apiVersion\":\"tierkeeper.io/v1alpha1\",\"kind\":\"TierMoveList\",\"metadata\":{},\"items\":[]}"
          .getBytes(StandardCharsets.UTF_8);

  private volatile int other = 403;

  @Test
  void watchesANamespaceWithNewRightsFromTheSecondLookOn() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", call -> {
      int code = call.getRequestURI().getPath().contains("/namespaces/other/") ? other : 200;
      call.getResponseHeaders().add("Content-Type", "application/json");
      call.sendResponseHeaders(code, EMPTY_LIST.length);
      call.getResponseBody().write(EMPTY_LIST);
      call.close();
    });
    server.start();
    try (KubernetesClient client = new KubernetesClientBuilder()
        .withConfig(new ConfigBuilder()
            .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
            .withRequestRetryBackoffLimit(0)
            .build())
        .build()) {
      NamespaceSource source =
          new NamespaceSource(client, new WatchedNamespaces(Set.of("own", "other"), ""));
      assertThat(source.available()).containsExactly("own");
      other = 200;
      assertThat(source.available()).as("first look").containsExactly("own");
      assertThat(source.available()).containsExactly("other", "own");
      assertThat(source.available()).as("as long as it has them").contains("other");
      other = 403;
      assertThat(source.available()).containsExactly("own");
      other = 200;
      source.available();
      other = 403;
      source.available();
      other = 200;
      assertThat(source.available()).as("first look again").containsExactly("own");
    } finally {
      server.stop(0);
    }
  }
}
