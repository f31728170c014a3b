package io.tierkeeper.cli.restore;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.moves.snapshot.KeyContent;
import io.tierkeeper.moves.snapshot.SnapshotOrigin;
import io.tierkeeper.moves.snapshot.SnapshotStore;
import io.tierkeeper.moves.snapshot.StoredSnapshot;
import io.tierkeeper.moves.snapshot.VectorNames;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RestoreCommandTest {
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final Instant TAKEN = Instant.parse("2026-11-30T10:00:00Z");

  private final EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults());
  private final QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
      emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
      emulated.peers().stream().map(EmulatedPeer::restPort).toList()));

  @TempDir
  Path dir;

  private Path file = Path.of("");

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void snapshot() throws IOException {
    port().createCollection(CollectionTemplate.tiered("docs", 4));
    port().createTenantIndex("docs", "group_id");
    port().createShardKey("docs", ACME, 1);
    port()
        .upsert(Upsert.of(
            "docs",
            ShardSelector.key(ACME),
            LongStream.rangeClosed(1, 20)
                .mapToObj(id -> new Point(
                    PointId.of(id),
                    Map.of("group_id", "acme"),
                    Map.of("", new PointVector.Dense(new float[] {id, 1, 0, 0}))))
                .toList()));
    int shard = port().view("docs").orElseThrow().replicasOf(ACME).getFirst().shardId();
    QdrantWrites holder = cluster.peers().stream()
        .filter(peer -> peer.status().peerId()
            == port().view("docs").orElseThrow().replicasOf(ACME).getFirst().peerId())
        .findFirst()
        .orElseThrow();
    StoredSnapshot stored = SnapshotStore.in(dir)
        .store(
            StoredSnapshot.begun(
                new SnapshotOrigin(
                    "docs", "group_id", "acme", false, "m", "1f0e", "BeforeDemotion", "7"),
                TAKEN,
                TAKEN,
                VectorNames.of(port().describe("docs").orElseThrow().settings())),
            target -> holder.streamShardSnapshot("docs", shard, target),
            () -> KeyContent.read(port(), "docs", ACME, 7, read -> {}));
    file = dir.resolve(stored.file());
  }

  @AfterEach
  void stop() {
    cluster.close();
    emulated.close();
  }

  private QdrantWrites port() {
    return cluster.peers().getFirst();
  }

  private Ran restore(Object... options) {
    List<String> words = new ArrayList<>(List.of(
        "restore",
        file.toString(),
        "--qdrant",
        emulated.peers().stream()
            .map(peer -> peer.grpcEndpoint().toString())
            .collect(Collectors.joining(",")),
        "--rest-port",
        emulated.peers().stream()
            .map(peer -> String.valueOf(peer.restPort()))
            .collect(Collectors.joining(","))));
    List.of(options).forEach(option -> words.add(option.toString()));
    return run(words);
  }

  /** Sends what the printed curl command sends. */
  private void delete(String printed) throws Exception {
    Matcher command =
        Pattern.compile("curl -X POST \\$QDRANT(\\S+) .* -d '([^']+)'").matcher(printed);
    assertThat(command.find()).isTrue();
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI address = URI.create("http://127.0.0.1:" + emulated.peers().getFirst().restPort());
      assertThat(http.send(
                  HttpRequest.newBuilder(address.resolve(command.group(1)))
                      .header("Content-Type", "application/json")
                      .POST(HttpRequest.BodyPublishers.ofString(command.group(2)))
                      .build(),
                  HttpResponse.BodyHandlers.ofString())
              .statusCode())
          .isEqualTo(200);
    }
  }

  private static Ran run(List<String> words) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.line()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  @Test
  void restoresIntoAKeyThatServesNoTenant() throws Exception {
    Ran plan = restore("--dry-run");
    assertThat(plan.code()).as(plan.err()).isEqualTo(ExitCode.OK);
    assertThat(plan.out())
        .startsWith(
            "would restore 20 points of tenant acme into shard key tierkeeper/restored/acme/r of collection docs"
                + " (docs-acme-BeforeDemotion-1f0e.snapshot, 2026-11-30T10:00:00Z)");
    assertThat(port().count("docs", ShardSelector.all(), null)).isEqualTo(20);
    Ran done = restore();
    assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
    assertThat(done.err()).isEmpty();
    assertThat(done.out())
        .startsWith("restored 20 points of tenant acme")
        .contains("verified: number, ids and payloads are those of the snapshot")
        .contains("-d '{\"shard_key\":\"tierkeeper/restored/acme/r\"}'");
    assertThat(port()
            .count("docs", ShardSelector.key(ShardKey.of("tierkeeper/restored/acme/r")), null))
        .isEqualTo(20);
    delete(done.out());
    assertThat(restore().code()).as("into the key that was deleted").isEqualTo(ExitCode.OK);
    Ran again = restore();
    assertThat(again.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(again.err()).contains("exists").contains("--to").hasLineCount(1);
  }

  /** The commands of docs/snapshots.md print what the page shows. */
  @Test
  void printsWhatThePageShows() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "snapshots.md"));
    for (Ran ran : List.of(restore("--dry-run"), restore())) {
      assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.OK);
      assertThat(page)
          .contains("```text\n" + ran.out().replaceAll("on peer \\d+", "on peer 7") + "```");
    }
  }

  @Test
  void printsJson() throws IOException {
    port().deleteShardKey("docs", ACME);
    Ran done = restore("--to", "acme", "-o", "json");
    assertThat(done.code()).as(done.err()).isEqualTo(ExitCode.OK);
    JsonNode json = new ObjectMapper().readTree(done.out());
    assertThat(json.path("key").asText()).isEqualTo("acme");
    assertThat(json.path("points").asLong()).isEqualTo(20);
    assertThat(json.path("exact").asBoolean()).isTrue();
    assertThat(json.path("next")).isNotEmpty();
  }

  @Test
  void refusesWhatItCannotUseInOneLine() throws IOException {
    Files.writeString(file, "damaged");
    assertThat(restore().err()).contains("has checksum").hasLineCount(1);
    file = dir.resolve("none.snapshot");
    assertThat(restore().err()).contains("copy the .json file").hasLineCount(1);
    assertThat(run(List.of("restore", "x.snapshot")).code()).isEqualTo(ExitCode.USAGE);
  }
}
