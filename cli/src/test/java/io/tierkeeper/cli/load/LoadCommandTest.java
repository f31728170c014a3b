package io.tierkeeper.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.cli.load.LoadScene.Ran;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LoadCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir
  Path directory;

  private final LoadScene scene = new LoadScene();

  @AfterEach
  void close() {
    scene.close();
  }

  private String file(String name, String... lines) throws IOException {
    return Files.writeString(directory.resolve(name), String.join("\n", lines) + "\n")
        .toString();
  }

  private static String row(String tenant, int i) {
    return "{\"group_id\":\"" + tenant + "\",\"n\":" + i + ",\"vector\":[1,0," + i + ",2]}";
  }

  @Test
  void loadsEachTenantWhereItsReadsGo() throws Exception {
    scene.createKey(LoadScene.COLLECTION, ShardKey.of("acme"));
    Ran ran = scene.load(file("v.jsonl", row("acme", 1), row("zeta", 2), "", row("acme", 3)));
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).contains("loaded 3 points of 2 tenants into kb", "all ids exist");
    assertThat(scene.count(ShardSelector.key(ShardKey.of("acme")))).isEqualTo(2);
    assertThat(scene.count(ShardSelector.key(ShardKey.of("default")))).isEqualTo(1);
    Point zeta = scene.points("zeta").getFirst();
    assertThat(zeta.payload()).isEqualTo(Map.of("group_id", "zeta", "n", 2L));
    assertThat(zeta.vectors().get("")).isInstanceOf(PointVector.Dense.class);
    assertThat(directory).isDirectoryNotContaining("glob:**.journal");
  }

  @Test
  void aSecondLoadOfTheSameRowsAddsNothing() throws Exception {
    String file = file("v.jsonl", row("acme", 1), row("acme", 2));
    scene.load(file);
    List<Point> first = scene.points("acme");
    assertThat(scene.load(file).code()).isEqualTo(ExitCode.OK);
    assertThat(scene.points("acme")).isEqualTo(first).hasSize(2);
  }

  @Test
  void ofTwoRowsWithOneIdTheLaterStays() throws Exception {
    String file = file(
        "v.jsonl",
        "{\"id\":7,\"group_id\":\"acme\",\"n\":1,\"vector\":[1,0,0,0]}",
        "{\"id\":7,\"group_id\":\"acme\",\"n\":2,\"vector\":[1,0,0,0]}",
        "{\"id\":7,\"group_id\":\"acme\",\"n\":3,\"vector\":[1,0,0,0]}");
    assertThat(scene.load(file, "--id", "id", "--batch", "1").err()).isEmpty();
    assertThat(scene.points("acme")).singleElement().satisfies(point -> {
      assertThat(point.id()).isEqualTo(PointId.of(7));
      assertThat(point.payload()).containsEntry("n", 3L);
    });
  }

  @Test
  void stopsAtTheFirstRowThatCannotBeLoaded() throws Exception {
    String file = file("v.jsonl", row("acme", 1), "{\"group_id\":\"acme\",\"vector\":[1]}");
    Ran ran = scene.load(file);
    assertThat(ran.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(ran.err())
        .isEqualTo("tierkeeper: " + file
            + " line 2: field 'vector' is '1 numbers'; allowed: 4 finite numbers; tierkeeper load with the same"
            + " options resumes it, --on-error skip continues without such rows\n");
  }

  @Test
  void skipsRowsThatCannotBeLoadedAndWritesThemToAFile() throws Exception {
    String file = file(
        "v.jsonl", row("acme", 1), "{\"group_id\":\"acme\",\"vector\":[1]}", "no", row("acme", 4));
    Ran ran = scene.load(file, "--on-error", "skip");
    assertThat(ran.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(ran.err())
        .isEqualTo("tierkeeper: 2 rows rejected; their numbers and reasons are in " + file
            + ".rejects.jsonl\n");
    assertThat(scene.points("acme")).hasSize(2);
    List<String> rejects = Files.readAllLines(Path.of(file + ".rejects.jsonl"));
    assertThat(rejects).hasSize(2);
    JsonNode first = JSON.readTree(rejects.getFirst());
    assertThat(first.path("line").asLong()).isEqualTo(2);
    assertThat(first.path("field").asText()).isEqualTo("vector");
    assertThat(first.path("allowed").asText()).isEqualTo("4 finite numbers");
    assertThat(JSON.readTree(rejects.getLast()).path("value").asText()).isEqualTo("no");
  }

  @Test
  void aDryRunWritesNothing() throws Exception {
    String file = file("v.jsonl", row("acme", 1), row("acme", 2));
    Ran ran = scene.load(file, "--dry-run", "-o", "json");
    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(JSON.readTree(ran.out()).path("written").asInt()).isEqualTo(2);
    assertThat(scene.emulated().calls()).noneMatch(call -> call.verb().equals("upsert"));
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(1);
    }
  }
}
