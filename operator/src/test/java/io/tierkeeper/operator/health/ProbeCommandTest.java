package io.tierkeeper.operator.health;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.launcher.Main;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final AtomicInteger code = new AtomicInteger(200);
  private HttpServer server;
  private String url;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/healthz/ready", exchange -> {
      byte[] body =
          (code.get() == 200 ? "leading\n" : "starting\n").getBytes(StandardCharsets.UTF_8);
      try (exchange) {
        exchange.sendResponseHeaders(code.getAndSet(200), body.length);
        exchange.getResponseBody().write(body);
      }
    });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort() + "/healthz/ready";
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), args);
  }

  @Test
  void printsTheAnswerOfAReadyOperator() {
    assertThat(run("probe", url)).isZero();
    assertThat(out.toString()).isEqualToIgnoringNewLines("leading");
  }

  @Test
  void waitsForAnOperatorThatIsNotReadyYet() {
    code.set(503);
    assertThat(run("probe", url)).isZero();
  }

  @Test
  void failsWithTheLastAnswerWhenTheTimeIsOver() {
    code.set(503);
    assertThat(run("probe", "--timeout=0s", url)).isEqualTo(1);
    assertThat(err.toString()).contains("not good after 0s: status 503: starting");
    server.stop(0);
    assertThat(run("probe", "--timeout=0s", url)).isEqualTo(1);
  }

  @Test
  void refusesWhatItCannotUse() {
    assertThat(run("probe", "tierkeeper:8080")).isEqualTo(2);
    assertThat(err.toString()).contains("URL tierkeeper:8080 must be http://HOST:PORT/PATH");
    assertThat(run("probe", "--timeout=soon", url)).isEqualTo(2);
  }
}
