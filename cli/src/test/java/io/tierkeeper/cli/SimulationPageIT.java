package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.launcher.Main;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page of a simulation in a real browser, where there is one on PATH; the pictures stay in target/. */
class SimulationPageIT {
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  private static Optional<Path> browser() {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .flatMap(directory -> BROWSERS.stream().map(name -> Path.of(directory, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @ParameterizedTest
  @CsvSource({
    "light, 1, FFFFFF, --scenario burst-purge --seeds 2 --days 10",
    "dark, 0, 15181C, --scenario burst-purge --seeds 2 --days 10",
    "light, 1, FFFFFF, --scenario huf-10-step --fail-below coherence=0.91",
    "dark, 0, 15181C, --scenario huf-10-step --fail-below coherence=0.91"
  })
  void showsChartsOnTheGroundOfItsScheme(
      String scheme, String preferred, String ground, String options) throws Exception {
    Optional<Path> browser = browser();
    assumeTrue(browser.isPresent(), "no browser on PATH: " + BROWSERS);
    StringWriter page = new StringWriter();
    assertThat(Main.run(
            new PrintWriter(page, true),
            new PrintWriter(new StringWriter(), true),
            ("simulate -o html " + options).split(" ")))
        .isZero();
    String name = "simulation-" + options.split(" ")[1];
    Path html = Files.writeString(Path.of("target", name + ".html"), page.toString());
    Path picture = Path.of("target", name + "-" + scheme + ".png");
    Files.deleteIfExists(picture);
    Process process = new ProcessBuilder(
            browser.get().toString(),
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--blink-settings=preferredColorScheme=" + preferred,
            "--window-size=960,2000",
            "--screenshot=" + picture.toAbsolutePath(),
            html.toUri().toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
    assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();

    BufferedImage shown = ImageIO.read(picture.toFile());
    assertThat(String.format("%06X", shown.getRGB(2, 2) & 0xFFFFFF)).isEqualTo(ground);
    Set<Integer> colours = new HashSet<>();
    for (int y = 0; y < shown.getHeight(); y++) {
      for (int x = 0; x < shown.getWidth(); x++) {
        colours.add(shown.getRGB(x, y));
      }
    }
    assertThat(colours).as("text alone has few colours").hasSizeGreaterThan(200);
  }
}
