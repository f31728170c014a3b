package io.tierkeeper.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.cli.load.LoadScene.Ran;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  @Test
  void aDryRunFindsAllWrongRows() throws Exception {
    String file = file("v.jsonl", "1", row("acme", 1), "2");
    assertThat(scene.load(file, "--dry-run").err()).contains(file + " line 1: is '1'");
    assertThat(Path.of(file + ".rejects.jsonl")).doesNotExist();
    assertThat(scene.load(file, "--dry-run", "--on-error", "skip").err())
        .contains("2 rows rejected");
    assertThat(Files.readAllLines(Path.of(file + ".rejects.jsonl"))).hasSize(2);
    assertThat(scene.count(ShardSelector.all())).isZero();
  }

  @Test
  void namesAJournalThatCannotBeWritten() throws Exception {
    Ran ran = scene.load(file("v.jsonl", row("acme", 1)), "--journal", directory + "/none/j");
    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains("journal " + directory + "/none/j cannot be written");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--batch 0 | --batch 0 is not allowed; allowed: 1 to 10000",
        "--parallel 65 | --parallel 65 is not allowed; allowed: 1 to 64",
        "--collection other | --collection 'other': Qdrant at ",
        "--fallback-key none | --fallback-key 'none': collection 'kb' has no such shard key; it has default",
        "--tenant-key n | --tenant-key 'n': collection 'kb' has no index on this field that finds exact values; it has indexes on [group_id]",
        "--tenant-key a[].b | --tenant-key 'a[].b': a tenant in a list cannot be loaded",
        "--id a --id-from b | --id and --id-from exclude each other",
        "--vector text=vector | --vector: collection 'kb' has no vector 'text'; it has an unnamed vector",
        "--vector v* | --vector v*: a field with * needs a file with columns",
        "--vector a --vector b | --vector 'b': allowed is one FIELD, or NAME=FIELD once for each named vector",
        "--input-format npy | a .npy file has no tenants; give --payload-file, or --tenant-value for one tenant",
        "--input-format parquet | is not a Parquet file that can be read",
        "--payload-file x.jsonl | --payload-file is for .npy files; FILE is jsonl",
        "--types n=integer | --types is for CSV",
        "--tenant-value default | --tenant-value 'default' is not allowed; allowed: a text of 1 to 255 bytes"
      })
  void refusesOptionsThatDoNotFitAndWritesNothing(String words, String message) throws Exception {
    String file = file("v.jsonl", row("acme", 1));
    Ran ran = scene.load(
        Stream.concat(Stream.of(file), Stream.of(words.split(" "))).toArray(String[]::new));
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).startsWith("tierkeeper: ").contains(message).hasLineCount(1);
    assertThat(ran.out()).isEmpty();
    assertThat(scene.count(ShardSelector.all())).isZero();
  }

  @Test
  void refusesAFallbackThatIsATenantsKeyOrAWorkingKey() throws Exception {
    scene.createKey(LoadScene.COLLECTION, ShardKey.of("acme"));
    scene.createKey(LoadScene.COLLECTION, ShardKey.of("tierkeeper/m1/y"));
    scene.load(file("a.jsonl", row("acme", 1)));
    String file = file("v.jsonl", row("zeta", 1));
    assertThat(scene.load(file, "--fallback-key", "acme").err())
        .startsWith("tierkeeper: --fallback-key 'acme' is the dedicated key of tenant 'acme'");
    assertThat(scene.load(file, "--fallback-key", "tierkeeper/m1/y").err())
        .startsWith("tierkeeper: --fallback-key 'tierkeeper/m1/y' is a working shard key");
    assertThat(scene.count(ShardSelector.all())).isEqualTo(1);
  }

  @Test
  void refusesFilesThatCannotBeRead() throws Exception {
    for (String name : List.of("none.jsonl", ".")) {
      Ran ran = scene.load(directory.resolve(name).toString());
      assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
      assertThat(ran.err()).contains("FILE '").contains("is not a file that can be read");
    }
    Ran unnamed = scene.load(file("vectors.dat", row("acme", 1)));
    assertThat(unnamed.err()).contains("its name does not say its format; give --input-format");
  }

  /** A JSON object with everything that a program needs, the rate included. */
  @Test
  void printsTheResultAsJson() throws Exception {
    Ran ran =
        scene.load(file("v.jsonl", row("acme", 1), row("acme", 2), row("zeta", 3)), "-o", "json");
    JsonNode json = JSON.readTree(ran.out());
    assertThat(json.path("result").asText()).isEqualTo("Complete");
    assertThat(json.path("written").asInt()).isEqualTo(3);
    assertThat(json.path("missing").asInt(-1)).isZero();
    assertThat(json.path("pointsPerSecond").asDouble()).isPositive();
    assertThat(json.path("writeMillis").path("p95").asDouble()).isPositive();
    assertThat(json.path("tenants").path("acme").asInt()).isEqualTo(2);
    assertThat(json.path("problem").isNull()).isTrue();
  }

  @Test
  void slowsDownWhereQdrantLimitsRates() throws Exception {
    // A point costs one token of the contacted peer's replica, of which there are 120, and 2 more
    // each second.
    scene.strict(config -> config.setWriteRateLimit(120));
    String[] rows = IntStream.range(0, 140).mapToObj(i -> row("acme", i)).toArray(String[]::new);
    Ran ran =
        scene.load(file("v.jsonl", rows), "--batch", "10", "-o", "json", "--qdrant", scene.url(0));
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
    JsonNode json = JSON.readTree(ran.out());
    assertThat(json.path("retries").asInt()).isPositive();
    assertThat(scene.points("acme")).hasSize(140);
  }

  @Test
  void splitsBatchesThatAreLargerThanStrictModeAllows() throws Exception {
    scene.strict(
        config -> config.setUpsertMaxBatchsize(7).setConditionMaxSize(5).setMaxQueryLimit(5));
    String[] rows = IntStream.range(0, 30).mapToObj(i -> row("acme", i)).toArray(String[]::new);
    Ran ran = scene.load(file("v.jsonl", rows));
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
    assertThat(scene.count(ShardSelector.all())).isEqualTo(30);
    assertThat(scene.emulated().calls().stream().filter(call -> call.verb().equals("upsert")))
        .hasSize(5);
  }

  @Test
  void repeatsWritesWhoseCallOrAnswerIsLost() throws Exception {
    for (int nth = 1; nth <= 3; nth++) {
      scene.emulated().faults().add(Fault.of(Fault.Kind.LOSE_CALL, "upsert", nth));
      scene.emulated().faults().add(Fault.of(Fault.Kind.LOSE_ANSWER, "upsert", nth + 4));
    }
    String[] rows =
        IntStream.range(0, 60).mapToObj(i -> row("t" + i % 2, i)).toArray(String[]::new);
    Ran ran = scene.load(file("v.jsonl", rows), "--batch", "5", "-o", "json");
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
    assertThat(JSON.readTree(ran.out()).path("retries").asInt()).isGreaterThanOrEqualTo(6);
    assertThat(scene.count(ShardSelector.all())).isEqualTo(60);
  }

  @Test
  void stopsWhereQdrantStaysAwayAndResumesLater() throws Exception {
    scene.emulated().peers().forEach(EmulatedPeer::kill);
    String file = file("v.jsonl", row("acme", 1));
    Ran away = scene.load(file, "--retry-for", "1");
    assertThat(away.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(away.err()).startsWith("tierkeeper: Qdrant: ").hasLineCount(1);
    scene.emulated().peers().forEach(EmulatedPeer::restart);
    Ran again = scene.load(file);
    assertThat(again.code()).as(again.err()).isEqualTo(ExitCode.OK);
  }

  /** The condition of the upsert would leave the point alone; the look before finds it in any key and names the row. */
  @Test
  void neverOverwritesAnotherTenantsPointOfTheSameId() throws Exception {
    scene.createKey(LoadScene.COLLECTION, ShardKey.of("acme"));
    scene.load(
        file("a.jsonl", "{\"id\":1,\"group_id\":\"acme\",\"vector\":[1,0,0,0]}"), "--id", "id");
    scene.load(
        file("z.jsonl", "{\"id\":2,\"group_id\":\"zeta\",\"vector\":[1,0,0,0]}"), "--id", "id");
    String file = file(
        "b.jsonl",
        "{\"id\":1,\"group_id\":\"beta\",\"vector\":[2,0,0,0]}",
        "{\"id\":2,\"group_id\":\"beta\",\"vector\":[2,0,0,0]}",
        "{\"id\":3,\"group_id\":\"beta\",\"vector\":[2,0,0,0]}");
    Ran ran = scene.load(file, "--id", "id", "--on-error", "skip");
    assertThat(ran.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(Files.readAllLines(Path.of(file + ".rejects.jsonl")))
        .hasSize(2)
        .allMatch(line -> line.contains("an id that no point of another tenant has"));
    assertThat(scene.points("acme")).extracting(Point::id).containsExactly(PointId.of(1));
    assertThat(scene.points("zeta")).extracting(Point::id).containsExactly(PointId.of(2));
    assertThat(scene.points("beta")).extracting(Point::id).containsExactly(PointId.of(3));
  }

  /** A frozen key is Dead: Qdrant routes its tenant to the fallback, and the load with it. */
  @Test
  void writesToTheFallbackWhileAKeyIsFrozen() throws Exception {
    scene.createKey(LoadScene.COLLECTION, ShardKey.of("acme"));
    int shard = scene.peer().view(LoadScene.COLLECTION).orElseThrow().replicas().stream()
        .filter(replica -> replica.key().equals(ShardKey.of("acme")))
        .findFirst()
        .orElseThrow()
        .shardId();
    scene
        .emulated()
        .killReplica(LoadScene.COLLECTION, shard, scene.peer().status().peerId());
    Ran ran = scene.load(file("v.jsonl", row("acme", 1), row("acme", 2)));
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
    assertThat(scene.count(ShardSelector.key(ShardKey.of("default")))).isEqualTo(2);
  }

  /** As a promotion does: a Partial key, a filtered transfer into it, and requests that follow it when it is Active. */
  @Test
  void loadsWhileItsTenantIsPromoted() throws Exception {
    int rows = 3000;
    String file = file(
        "v.jsonl", IntStream.range(0, rows).mapToObj(i -> row("acme", i)).toArray(String[]::new));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Ran> load = threads.submit(() -> scene.load(file, "--batch", "20"));
      await().until(() -> scene.count(ShardSelector.all()) > rows / 10);
      ShardKey acme = ShardKey.of("acme");
      scene
          .peer()
          .createShardKey(
              LoadScene.COLLECTION,
              new KeyTemplate(acme, scene.peer().status().peerId(), ReplicaState.PARTIAL));
      scene
          .peer()
          .replicatePoints(
              LoadScene.COLLECTION,
              ShardKey.of("default"),
              acme,
              Filter.tenant(LoadScene.TENANT_KEY, TenantId.of("acme")));
      await()
          .until(() -> scene.cluster.peers().stream()
              .allMatch(peer -> peer.view(LoadScene.COLLECTION).orElseThrow().replicas().stream()
                  .anyMatch(replica ->
                      replica.key().equals(acme) && replica.state() == ReplicaState.ACTIVE)));
      Ran ran = load.get();
      assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
      assertThat(scene.count(ShardSelector.key(acme))).isEqualTo(rows);
    }
    assertThat(scene.points("acme"))
        .extracting(point -> point.payload().get("n"))
        .hasSize(rows)
        .doesNotHaveDuplicates();
  }

  @Test
  void keepsHostileTenantsApart() throws Exception {
    List<String> tenants = List.of(
        "a", "A", " a", "a ", "a/b", "../a", "7", "{\\\"x\\\"}", "null", "\u00e9", "e\u0301");
    String[] rows = IntStream.range(0, tenants.size() * 3)
        .mapToObj(i -> row(tenants.get(i % tenants.size()), i))
        .toArray(String[]::new);
    Ran ran = scene.load(file("v.jsonl", rows));
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
    for (String tenant : tenants) {
      assertThat(scene.points(tenant.replace("\\", ""))).as(tenant).hasSize(3);
    }
  }

  @Test
  void refusesCollectionsThatAreNotTiered() throws Exception {
    scene.autoSharded("plain");
    Ran ran = scene.load(file("v.jsonl", row("acme", 1)), "--collection", "plain");
    assertThat(ran.code()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err())
        .contains(
            "--collection 'plain' is not tiered: its sharding_method is auto; allowed: custom");
  }
}
