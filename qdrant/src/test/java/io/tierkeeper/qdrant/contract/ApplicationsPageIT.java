package io.tierkeeper.qdrant.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the programs of docs/applications.md as they are printed, while the tenant is shared and when it is dedicated. */
@Timeout(180)
class ApplicationsPageIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path PAGE = ROOT.resolve("docs/applications.md");
  private static final Path JS_CLIENT = ROOT.resolve("tools/js-client");
  private static final String ADDRESS = "http://localhost:6333";
  private static final ShardKey ACME = ShardKey.of("acme");

  @TempDir
  Path directory;

  @Test
  void worksAgainstTheEmulator() throws Exception {
    try (QdrantBackend backend = EmulatedBackend.start(EmulatorOptions.defaults())) {
      play(backend);
    }
  }

  @Test
  void worksTheSameAgainstARealQdrant() throws Exception {
    Optional<QdrantBackend> real = QdrantBackends.real();
    assumeTrue(real.isPresent(), QdrantBackends.ABSENT);
    try (QdrantBackend backend = real.orElseThrow()) {
      play(backend);
    }
  }

  private void play(QdrantBackend backend) throws Exception {
    QdrantWrites port = backend.cluster().peers().getFirst();
    port.createCollection(CollectionTemplate.tiered("kb", 4));
    port.createShardKey("kb", ShardKey.of("default"), 1);
    port.createTenantIndex("kb", "group_id");
    port.upsert(Upsert.of(
        "kb",
        ShardSelector.key(ShardKey.of("default")),
        List.of(new Point(
            PointId.of(8),
            Map.of("group_id", "zeta", "source", "handbook.pdf"),
            Map.of("", new PointVector.Dense(new float[] {0.1f, 0.9f, 0.2f, 0.4f}))))));
    List<String> languages = new ArrayList<>();
    for (boolean dedicated : new boolean[] {false, true}) {
      if (dedicated) {
        port.createShardKey("kb", ACME, 1);
        // A peer that has not heard of the key yet would use the fallback.
        for (QdrantWrites peer : backend.cluster().peers()) {
          await().until(() -> peer.view("kb").filter(view -> view.has(ACME)).isPresent());
        }
      }
      for (String language : List.of("python", "javascript", "sh")) {
        Optional<String> said = run(language, backend.address(0));
        if (said.isPresent()) {
          languages.add(language);
          assertThat(said.get())
              .as(language)
              .contains("7")
              .contains("handbook.pdf")
              .doesNotContain("zeta");
          assertThat(port.count("kb", ShardSelector.all(), null)).as(language).isEqualTo(1);
        }
      }
    }
    port.deleteCollection("kb");
    assertThat(languages).contains("sh");
    System.out.println(
        "docs/applications.md: " + languages + " work against " + backend.description());
  }

  /** What the program prints; empty where its language or its client is not installed. */
  private Optional<String> run(String language, QdrantBackend.Address address) throws Exception {
    String program =
        block(language).replace(ADDRESS, "http://" + address.host() + ":" + address.rest());
    return switch (language) {
      case "python" -> {
        String python =
            Optional.ofNullable(System.getenv("QDRANT_CLIENT_PYTHON")).orElse("python3");
        yield works(python, "-c", "import qdrant_client.models as m; m.ShardKeyWithFallback")
            ? Optional.of(said(python, "-c", program))
            : Optional.empty();
      }
      case "javascript" -> {
        if (!Files.isDirectory(JS_CLIENT.resolve("node_modules")) || !works("node", "--version")) {
          yield Optional.empty();
        }
        Path script = Files.createTempFile(JS_CLIENT, "page", ".mjs");
        try {
          Files.writeString(script, program);
          yield Optional.of(said("node", script.toString()));
        } finally {
          Files.delete(script);
        }
      }
      default -> Optional.of(said("bash", "-c", "set -e\n" + program));
    };
  }

  private static String block(String language) throws IOException {
    Matcher block = Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(PAGE));
    assertThat(block.find()).as(language).isTrue();
    return block.group(1);
  }

  private boolean works(String... command) throws InterruptedException {
    try {
      Process started = start(command);
      return started.waitFor(60, TimeUnit.SECONDS) && started.exitValue() == 0;
    } catch (IOException e) {
      // Not installed.
      return false;
    }
  }

  private Process start(String... command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("out").toFile())
        .start();
  }

  private String said(String... command) throws IOException, InterruptedException {
    Process started = start(command);
    assertThat(started.waitFor(120, TimeUnit.SECONDS)).isTrue();
    String out = Files.readString(directory.resolve("out"), StandardCharsets.UTF_8);
    assertThat(started.exitValue()).as(out).isZero();
    return out;
  }
}
