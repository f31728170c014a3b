package io.tierkeeper.operator.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.operator.health.Health;
import io.tierkeeper.operator.health.OperatorHttpServer;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageHandlerTest {

  private static final Health HEALTHY = new Health() {
    @Override
    public Answer live() {
      return new Answer(true, "alive");
    }

    @Override
    public Answer ready() {
      return live();
    }

    @Override
    public Answer started() {
      return live();
    }
  };

  private final FakeCaches caches = new FakeCaches();
  private final LivePage page =
      new LivePage(InstantSource.system(), "pod-1", "1.2.3", () -> true, () -> caches);
  private final OperatorHttpServer server =
      new OperatorHttpServer("127.0.0.1", 0, HEALTHY, () -> "", page.handler());
  private final HttpClient http = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    page.close();
    server.close();
    http.close();
  }

  private HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/page",
        "/page/app.js",
        "/page/style.css",
        "/page/icon.svg",
        "/page/state",
        "/page/absent",
        "/page/"
      })
  void everyAnswerForbidsForeignHostsAndCaches(String path) throws Exception {
    HttpResponse<String> answer = send(to(path));
    assertThat(answer.headers().firstValue("Content-Security-Policy"))
        .hasValueSatisfying(policy -> assertThat(policy)
            .startsWith("default-src 'self';")
            .contains("frame-ancestors 'none'")
            .doesNotContain("unsafe")
            .doesNotContain("*"));
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(answer.headers().firstValue("Content-Type")).isPresent();
    assertThat(answer.statusCode())
        .isEqualTo(path.equals("/page/absent") || path.equals("/page/") ? 404 : 200);
    HttpResponse<String> head = send(to(path).method("HEAD", HttpRequest.BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(answer.statusCode());
    assertThat(head.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void onlyReads(String method) throws Exception {
    for (String path : List.of("/page", "/page/state", "/page/events")) {
      HttpResponse<String> answer =
          send(to(path).method(method, HttpRequest.BodyPublishers.noBody()));
      assertThat(answer.statusCode()).isEqualTo(405);
      assertThat(answer.headers().firstValue("Allow")).hasValue("GET, HEAD");
    }
  }

  @Test
  void thePageHasNothingInlineAndNoForeignAddress() throws Exception {
    assertThat(send(to("/page")).body())
        .doesNotContain("http:")
        .doesNotContain("https:")
        .doesNotContainPattern("<script(?![^>]* src=)")
        .doesNotContain("<style")
        .doesNotContainPattern(" (style|on[a-z]+)=");
    assertThat(send(to("/page/app.js")).body())
        .as("data is never parsed as HTML")
        .doesNotContain("innerHTML")
        .doesNotContain("outerHTML")
        .doesNotContain("insertAdjacentHTML")
        .doesNotContain("document.write")
        .doesNotContain("eval(");
  }

  @Test
  void answersTheStateThatMatchesTheFilter() throws Exception {
    caches.tenant("<b>acme</b>", 0.2);
    caches.tenant("größe & co", 0.1);
    JsonNode all = new ObjectMapper().readTree(send(to("/page/state")).body());
    assertThat(all.at("/tenants/rows")).hasSize(2);
    assertThat(all.at("/tenants/rows/0/tenant").asText()).isEqualTo("<b>acme</b>");
    JsonNode one = new ObjectMapper()
        .readTree(send(to("/page/state?filter=gr%C3%B6%C3%9Fe+%26")).body());
    assertThat(one.at("/tenants/rows/0/tenant").asText()).isEqualTo("größe & co");
    assertThat(one.at("/tenants/matching").asInt()).isEqualTo(1);
    assertThat(send(to("/page/state?filter=" + "x".repeat(201))).statusCode()).isEqualTo(400);
    assertThat(send(to("/page/state?filter=abc")).statusCode()).isEqualTo(200);
  }

  @Test
  void theStreamNamesEachVersion() throws Exception {
    HttpResponse<InputStream> stream = stream();
    assertThat(stream.headers().firstValue("Content-Type")).hasValue("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      long first = version(lines);
      caches.tenant("acme", 0.2);
      page.tick();
      assertThat(version(lines)).isGreaterThan(first);
    }
  }

  private static long version(BufferedReader lines) throws Exception {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("data: ")) {
        return Long.parseLong(line.substring("data: ".length()));
      }
    }
    throw new AssertionError("the stream has ended");
  }

  @Test
  void theNumberOfStreamsIsBounded() throws Exception {
    List<InputStream> open = new ArrayList<>();
    try {
      for (int i = 0; i < PageHandler.MAX_STREAMS; i++) {
        open.add(stream().body());
      }
      HttpResponse<String> refused = send(to("/page/events"));
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("Retry-After")).isPresent();
      assertThat(send(to("/page/state")).statusCode()).as("it polls instead").isEqualTo(200);
    } finally {
      for (InputStream each : open) {
        each.close();
      }
    }
  }

  private HttpResponse<InputStream> stream() throws Exception {
    HttpResponse<InputStream> answer =
        http.send(to("/page/events").build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer;
  }

  @Test
  void thereIsNoPageWhereItIsOff() throws Exception {
    try (OperatorHttpServer without =
        new OperatorHttpServer("127.0.0.1", 0, HEALTHY, () -> "", null)) {
      HttpResponse<String> answer = http.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + without.port() + "/page"))
              .build(),
          HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(404);
    }
  }
}
