package io.tierkeeper.operator.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.lab.testbed.BackendLog;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The page in a real browser. */
class PageInBrowserTest {

  private static final String HOSTILE = "<img src=x onerror=\"document.title='run'\">";

  private final FakeCaches caches = new FakeCaches();

  @Test
  void showsTheStateFollowsChangesAndRunsNoData() throws Exception {
    Optional<Path> browser = Chromium.find();
    assumeTrue(
        browser.isPresent(), "no Chromium on PATH: " + Chromium.INSTALL + " installs Debian's");
    BackendLog.append("Browser", browser.get().toString());
    caches.tenant(HOSTILE, 0.12);
    for (int i = 0; i < 300; i++) {
      caches.tenant("tenant-" + i, 0.0001 * i);
    }
    caches.move("acme", "Copying");
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
        Chromium chromium = Chromium.start(browser.get());
        LivePage page =
            new LivePage(InstantSource.system(), "pod-1", "1.2.3", () -> true, () -> caches)) {
      server.setExecutor(executor);
      server.createContext("/page", page.handler());
      server.start();
      String origin = "http://127.0.0.1:" + server.getAddress().getPort();
      chromium.open(origin + "/page");
      chromium.await("document.querySelectorAll('#rows tr').length === 200");

      assertThat(chromium
              .evaluate("document.querySelector('#rows th').textContent")
              .asText())
          .as("shown as text")
          .isEqualTo(HOSTILE);
      assertThat(chromium.evaluate("document.title").asText()).isEqualTo("Tierkeeper");
      assertThat(
              chromium.evaluate("document.querySelectorAll('#rows img').length").asInt())
          .isZero();
      assertThat(
              chromium.evaluate("document.getElementById('count').textContent").asText())
          .isEqualTo("301 tenants. 200 are shown, the biggest first; 101 more are not.");
      assertThat(chromium
              .evaluate("document.querySelector('[aria-current=step]').textContent")
              .asText())
          .isEqualTo("CreateKey");
      assertThat(
              chromium.evaluate("document.getElementById('step').textContent").asText())
          .isEqualTo("Promote acme: step 2 of 3, CreateKey");
      assertThat(chromium
              .evaluate("document.querySelectorAll('#rows svg[aria-label]').length")
              .asInt())
          .isEqualTo(200);

      chromium.evaluate("document.querySelector('#rows details').open = true");
      caches.tenant("newcomer", 0.9);
      page.tick();
      chromium.await("document.querySelector('#rows th').textContent === 'newcomer'");
      assertThat(chromium
              .evaluate("document.querySelectorAll('#rows tr')[1].querySelector('details').open")
              .asBoolean())
          .as("an update leaves what is open open")
          .isTrue();

      chromium.evaluate("document.getElementById('filter').focus()");
      chromium.call(
          "Input.insertText", JsonNodeFactory.instance.objectNode().put("text", "TENANT-29"));
      chromium.await("document.querySelectorAll('#rows tr').length === 11");

      chromium.evaluate("document.activeElement.blur()");
      chromium.view("light", 400, 800);
      assertThat(chromium.evaluate("document.documentElement.scrollWidth").asInt())
          .as("only tables scroll sideways")
          .isLessThanOrEqualTo(400);
      String light = background(chromium);
      chromium.view("dark", 400, 800);
      assertThat(background(chromium)).isNotEqualTo(light);

      assertThat(chromium.problems()).isEmpty();
      assertThat(chromium.requests()).allSatisfy(request -> assertThat(request).startsWith(origin));
    } finally {
      server.stop(0);
    }
  }

  private static String background(Chromium chromium) throws Exception {
    return chromium.evaluate("getComputedStyle(document.body).backgroundColor").asText();
  }
}
