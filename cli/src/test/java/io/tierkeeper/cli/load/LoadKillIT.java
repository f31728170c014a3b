package io.tierkeeper.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.qdrant.local.LocalQdrant;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A load whose process is killed twice ends exact: on the Qdrant of {@code QDRANT_BIN} or {@code PATH}, else on the
 * emulator. {@code -Dtierkeeper.load.vectors} is the number of vectors.
 */
@Timeout(1800)
class LoadKillIT {
  private static final int VECTORS = Integer.getInteger("tierkeeper.load.vectors", 20_000);
  private static final int DIMENSIONS = 32;
  private static final int TENANTS = 7;

  /** About as long as a journal has for each row: its id, and its part of the line. */
  private static final int JOURNAL_BYTES_PER_ROW = 23;

  @TempDir
  Path directory;

  private static String tenant(int row) {
    // Tenants of very different sizes, in no order.
    return "t" + Math.min(TENANTS - 1, Integer.numberOfTrailingZeros(row * 31 + 1));
  }

  private static float[] vector(int row) {
    Random random = new Random(row);
    float[] vector = new float[DIMENSIONS];
    for (int i = 0; i < DIMENSIONS; i++) {
      vector[i] = random.nextInt(1, 256) / 256f;
    }
    return vector;
  }

  private Path generated() throws IOException {
    Path file = directory.resolve("vectors.jsonl");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int row = 0; row < VECTORS; row++) {
        out.write("{\"group_id\":\"" + tenant(row) + "\",\"n\":" + row + ",\"vector\":["
            + join(vector(row)) + "]}\n");
      }
    }
    return file;
  }

  private static String join(float[] vector) {
    StringBuilder text = new StringBuilder();
    for (float number : vector) {
      text.append(text.isEmpty() ? "" : ",").append(number);
    }
    return text.toString();
  }

  private Process start(Path file, LoadScene scene, Path out) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Main.class.getName(),
            "load",
            file.toString(),
            "--qdrant",
            scene.url(),
            "--collection",
            LoadScene.COLLECTION,
            "--batch",
            "100",
            "-o",
            "json")
        .redirectOutput(out.toFile())
        .redirectError(directory.resolve("err").toFile())
        .start();
  }

  private static long size(Path file) {
    try {
      return Files.exists(file) ? Files.size(file) : 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void endsExactAfterTwoKills() throws Exception {
    Path file = generated();
    Path journal = Path.of(file + ".journal");
    Path out = directory.resolve("out");
    try (LoadScene scene = new LoadScene(
        LocalQdrant.binary(System.getenv()).orElse(null),
        CollectionTemplate.tiered(LoadScene.COLLECTION, DIMENSIONS),
        TenantIndex.KEYWORD)) {
      scene.createKey(LoadScene.COLLECTION, ShardKey.of("t0"));
      for (int kill = 1; kill <= 2; kill++) {
        long enough = (long) VECTORS * JOURNAL_BYTES_PER_ROW * kill / 4;
        Process process = start(file, scene, out);
        await()
            .atMost(Duration.ofMinutes(10))
            .pollInterval(Duration.ofMillis(5))
            .until(() -> size(journal) > enough || !process.isAlive());
        assertThat(process.isAlive())
            .as(() -> "the load ended before kill: " + errors())
            .isTrue();
        process.destroyForcibly().waitFor();
        assertThat(process.exitValue()).as("killed by SIGKILL").isEqualTo(128 + 9);
      }
      Process last = start(file, scene, out);
      assertThat(last.waitFor()).as(this::errors).isEqualTo(ExitCode.OK);
      JsonNode report = new ObjectMapper().readTree(out.toFile());
      assertThat(report.path("resumed").asLong()).isBetween(VECTORS / 3L, VECTORS - 1L);
      assertThat(report.path("rows").asLong() + report.path("resumed").asLong()).isEqualTo(VECTORS);
      assertThat(report.path("missing").asLong(-1)).isZero();
      requireExact(scene);
      assertThat(journal).doesNotExist();
    }
  }

  @Test
  void endsOrderlyAtCtrlCAndResumes() throws Exception {
    Path file = generated();
    Path journal = Path.of(file + ".journal");
    Path out = directory.resolve("out");
    try (LoadScene scene = new LoadScene(
        null, CollectionTemplate.tiered(LoadScene.COLLECTION, DIMENSIONS), TenantIndex.KEYWORD)) {
      Process process = start(file, scene, out);
      await()
          .atMost(Duration.ofMinutes(10))
          .pollInterval(Duration.ofMillis(5))
          .until(() ->
              size(journal) > VECTORS * (long) JOURNAL_BYTES_PER_ROW / 4 || !process.isAlive());
      // SIGTERM, which the JVM handles as it does SIGINT.
      process.destroy();
      assertThat(process.waitFor()).isEqualTo(128 + 15);
      assertThat(errors())
          .containsPattern(
              "(?m)^tierkeeper: interrupted after [0-9,]+ rows; tierkeeper load with the same options resumes it$");
      assertThat(new ObjectMapper().readTree(out.toFile()).path("result").asText())
          .isEqualTo("Interrupted");
      Process again = start(file, scene, out);
      assertThat(again.waitFor()).as(this::errors).isEqualTo(ExitCode.OK);
      assertThat(scene.count(ShardSelector.all())).isEqualTo(VECTORS);
    }
  }

  private String errors() {
    try {
      return Files.readString(directory.resolve("err"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireExact(LoadScene scene) {
    Map<String, List<Integer>> expected =
        IntStream.range(0, VECTORS).boxed().collect(Collectors.groupingBy(LoadKillIT::tenant));
    assertThat(expected).hasSizeGreaterThan(TENANTS / 2);
    assertThat(scene.count(ShardSelector.all())).isEqualTo(VECTORS);
    assertThat(scene.count(ShardSelector.key(ShardKey.of("t0"))))
        .isEqualTo(expected.getOrDefault("t0", List.of()).size());
    expected.forEach((tenant, rows) -> {
      List<Integer> found = new ArrayList<>();
      for (Point point : scene.points(tenant)) {
        int row = Integer.parseInt(String.valueOf(point.payload().get("n")));
        found.add(row);
        assertThat(point.payload()).isEqualTo(Map.of("group_id", tenant, "n", (long) row));
        assertThat(point.vectors().get(""))
            .as("the vector of row %d", row)
            .isInstanceOfSatisfying(
                PointVector.Dense.class,
                dense -> assertThat(parallel(dense.values(), vector(row))).isTrue());
      }
      assertThat(found).as("rows of %s", tenant).hasSize(rows.size());
      assertThat(Set.copyOf(found)).isEqualTo(Set.copyOf(rows));
    });
  }

  /** Whether they have one direction: Qdrant stores the vectors of a cosine distance with length 1. */
  private static boolean parallel(float[] a, float[] b) {
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (int i = 0; i < b.length; i++) {
      ab += a[i] * b[i];
      aa += a[i] * a[i];
      bb += b[i] * b[i];
    }
    return a.length == b.length && ab / Math.sqrt(aa * bb) > 1 - 1e-6;
  }
}
