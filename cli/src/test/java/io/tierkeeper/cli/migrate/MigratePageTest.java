package io.tierkeeper.cli.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs each command of docs/migrate.md as it is printed, and compares what it prints with the page. */
@Timeout(120)
class MigratePageTest {
  private static final Path PAGE = Path.of("..", "docs", "migrate.md");
  private static final String ADDRESS = "http://localhost:6334";
  private static final Pattern COMMAND =
      Pattern.compile("```sh\\n([^\\n]+)\\n```\\n(?:\\n```text\\n(.*?)```)?", Pattern.DOTALL);

  private final EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults());
  private final URI endpoint = emulated.peers().getFirst().grpcEndpoint();
  private final QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
      emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
      emulated.peers().stream().map(EmulatedPeer::restPort).toList()));

  private record Ran(int code, String out, String err) {}

  @BeforeEach
  void create() throws Exception {
    create("docs", "acme");
    create("docs_acme", "acme");
    create("docs_zeta", "zeta");
  }

  @AfterEach
  void stop() {
    cluster.close();
    emulated.close();
  }

  private QdrantWrites port() {
    return cluster.peers().getFirst();
  }

  private void create(String name, String tenant) throws Exception {
    try (QdrantClient client = new QdrantClient(
        QdrantGrpcClient.newBuilder(endpoint.getHost(), endpoint.getPort(), false, false)
            .build())) {
      client
          .createCollectionAsync(CreateCollection.newBuilder()
              .setCollectionName(name)
              .setShardNumber(2)
              .setVectorsConfig(VectorsConfig.newBuilder()
                  .setParams(VectorParams.newBuilder().setSize(4).setDistance(Distance.Cosine)))
              .build())
          .get();
    }
    List<Point> points = LongStream.range(0, 20)
        .mapToObj(id -> new Point(
            PointId.of(id),
            Map.of("group_id", tenant),
            Map.of("", new PointVector.Dense(new float[] {1, id, 0, 1}))))
        .toList();
    port().upsert(Upsert.of(name, ShardSelector.all(), points));
  }

  private Ran run(String... options) {
    List<String> words = new ArrayList<>(List.of("migrate"));
    words.addAll(List.of(options));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.line()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  /** As printed, at the emulator, and without the time that writers of users need. */
  private Ran run(String command) {
    List<String> words = new ArrayList<>(
        List.of(command.replace("'", "").replace(ADDRESS, endpoint.toString()).split(" ")));
    assertThat(words.subList(0, 2)).containsExactly("tierkeeper", "migrate");
    words.addAll(List.of("--settle", "0"));
    return run(words.subList(2, words.size()).toArray(String[]::new));
  }

  @Test
  void eachCommandOfThePageRunsAsItIsPrinted() throws Exception {
    Matcher command = COMMAND.matcher(Files.readString(PAGE));
    int commands = 0;
    while (command.find()) {
      commands++;
      Ran ran = run(command.group(1));
      assertThat(ran.code()).as("%s%n%s", command.group(1), ran.err()).isEqualTo(ExitCode.OK);
      if (command.group(2) != null) {
        assertThat(ran.out()).as(command.group(1)).isEqualTo(command.group(2));
      }
    }
    assertThat(commands).isEqualTo(5);
    assertThat(port().aliased("kb")).contains("docs-tiered");
    assertThat(port().collections())
        .containsExactlyInAnyOrder("docs-tiered", "docs-all", "docs_acme", "docs_zeta");
    assertThat(port().count("docs-all", ShardSelector.all(), null)).isEqualTo(40);
  }

  @Test
  void goesBackAsThePageSays() {
    String[] base = {
      "docs",
      "--to",
      "t",
      "--tenant-key",
      "group_id",
      "--qdrant",
      endpoint.toString(),
      "--settle",
      "0"
    };
    assertThat(run(base).code()).isZero();
    assertThat(run(with(base, "--switch", "kb", "--yes")).code()).isZero();
    Ran status = run(with(base, "--status", "-o", "json"));
    assertThat(status.out()).contains("\"state\" : \"SWITCHED\"").contains("\"live\" : \"t\"");
    assertThat(run(with(base, "--back", "--yes")).out()).contains("state: COPYING, alias kb");
    assertThat(port().aliased("kb")).contains("docs");
  }

  private static String[] with(String[] base, String... more) {
    List<String> all = new ArrayList<>(List.of(base));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void refusesWhatCannotBeUsedAndChangesNothing() {
    String[] base = {"docs", "--to", "t", "--qdrant", endpoint.toString()};
    refuses("--tenant-key is required", base);
    String[] keyed = with(base, "--tenant-key", "group_id");
    refuses("--passes 0 is not allowed; allowed: 1 to 100", with(keyed, "--passes", "0"));
    refuses("--settle -1 is not allowed; allowed: 0 to 3600", with(keyed, "--settle", "-1"));
    refuses("--fallback-key '' is not allowed", with(keyed, "--fallback-key", ""));
    refuses("--ids derive is not allowed for one source", with(keyed, "--ids", "derive"));
    refuses("--keep-source is for --finish", with(keyed, "--keep-source"));
    refuses("--ignore-late-writes is for --back and --finish", with(keyed, "--ignore-late-writes"));
    refuses("mutually exclusive", with(keyed, "--back", "--finish"));
    refuses("there is no terminal to ask", with(keyed, "--switch", "kb"));
    refuses("--qdrant is required", "docs", "--to", "t");
    assertThat(port().collections()).doesNotContain("t");
    Ran missing = run("none", "--to", "t", "--tenant-key", "f", "--qdrant", endpoint.toString());
    assertThat(missing.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(missing.err()).contains("collection none does not exist");
  }

  private void refuses(String why, String... options) {
    Ran ran = run(options);
    assertThat(ran.code()).as(ran.err()).isEqualTo(ExitCode.USAGE);
    assertThat(ran.err()).contains(why);
  }
}
