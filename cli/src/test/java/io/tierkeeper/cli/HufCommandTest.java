package io.tierkeeper.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.launcher.Main;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.grpc.GrpcQdrant;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code huf export} of scores, of a trail and of a live collection. */
class HufCommandTest {

  private static final String SCORES = """
      {"id": "doc_001", "score": 0.82, "namespace": "kb"}
      {"id": "doc_002", "score": 0.63, "namespace": "kb"}
      {"id": "doc_101", "score": 0.77, "namespace": "tickets"}
      {"id": "doc_102", "score": 0.12, "namespace": "tickets"}
      """;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path directory;

  private record Ran(int code, String out, String err) {}

  @Test
  void exportsScoresWithTheFrameworksNumbers() throws Exception {
    Path scores = Files.writeString(directory.resolve("scores.jsonl"), SCORES);
    Files.setLastModifiedTime(scores, FileTime.from(Instant.parse("2026-11-21T00:00:00Z")));
    Ran ran = export(scores, "--tau", "0.1", "--taus", "0.01,0.02,0.05,0.1,0.2");
    assertThat(ran.err()).isEmpty();
    assertThat(lines("artifact_1_coherence_map.csv"))
        .containsExactly(
            "regime_id,rho_global_pre,rho_global_post,rho_discarded_pre,local_unity_post,local_unity_ok_post,global_discarded_budget",
            "kb,0.6196581196581197,0.6531531531531531,0.0,1.0,True,0.05128205128205128",
            "tickets,0.3803418803418804,0.3468468468468469,0.05128205128205128,1.0,True,0.05128205128205128");
    assertThat(lines("stability_packet.csv").subList(1, 6))
        .extracting(
            line -> line.split(",")[1] + " " + line.split(",")[3] + " " + line.split(",")[5])
        .containsExactly("4 1.0 0", "4 1.0 0", "4 1.0 1", "3 0.75 0", "3 0.75 0");
    // As the public package writes it for the same file.
    assertThat(lines("artifact_3_trace_report.jsonl").getFirst())
        .isEqualTo("{\"item_id\": \"kb/id=doc_001\", \"regime_path\": [\"VectorDBResults\","
            + " \"query=query\", \"id=doc_001\", \"score=0.82\", \"namespace=kb\"],"
            + " \"rho_global_post\": 0.36936936936936937, \"inputs_ref\": \"scores.jsonl|"
            + Files.size(scores) + "|1795219200\", \"method_ref\":"
            + " \"vector_db_results_to_elements(id_field=id,score_field=score,regime_field=namespace,nonneg_mode=clip)\","
            + " \"discarded_budget_global\": 0.05128205128205128}");
  }

  @Test
  void readsColumnsAsItReadsJson() throws Exception {
    Path json = Files.writeString(directory.resolve("scores.jsonl"), SCORES);
    export(json, "--tau", "0.02");
    List<String> expected = lines("artifact_2_active_set.csv");
    Path csv = Files.writeString(
        directory.resolve("scores.csv"),
        "namespace,score,id\r\nkb,0.82,doc_001\r\n\"kb\",0.63,doc_002\r\ntickets,.77,doc_101\r\ntickets,12e-2,doc_102\r\n");
    export(csv, "--tau", "0.02");
    assertThat(lines("artifact_2_active_set.csv")).isEqualTo(expected);
    Path tsv = Files.writeString(
        directory.resolve("scores.tsv"),
        "name\tvalue\tpart\ndoc_001\t0.82\tkb\ndoc_002\t0.63\tkb\ndoc_101\t0.77\ttickets\ndoc_102\t0.12\ttickets\n");
    export(
        tsv,
        "--tau",
        "0.02",
        "--id-field",
        "name",
        "--score-field",
        "value",
        "--regime-field",
        "part");
    assertThat(lines("artifact_2_active_set.csv")).isEqualTo(expected);
  }

  @Test
  void namesFileLineFieldAndValueOfBadScores() throws Exception {
    assertThat(refusal("s.jsonl", SCORES.replace("0.63", "\"high\"")))
        .contains("s.jsonl: line 2: score is \"high\"; allowed is a finite number");
    assertThat(refusal("s.jsonl", SCORES.replace("\"score\": 0.77, ", "")))
        .contains("s.jsonl: line 3: score is missing; allowed is a finite number");
    assertThat(refusal("s.jsonl", SCORES.replace("doc_002", "doc_001")))
        .contains("s.jsonl: line 2: id is doc_001; allowed is each item once; it is in line 1 too");
    assertThat(refusal("s.jsonl", SCORES.replace("{\"id\": \"doc_101\"", "{\"id\" \"doc_101\"")))
        .contains("s.jsonl: line 3: is no JSON");
    assertThat(refusal("s.csv", "id,namespace\na,b\n"))
        .contains("s.csv: line 1: has no column score; it has id, namespace");
    assertThat(refusal("s.csv", "id,score\na,1\nb\n"))
        .contains("s.csv: line 3: has 1 columns; needed are 2");
    assertThat(refusal("s.csv", "id,score\na,1\nb,-inf\n"))
        .contains("s.csv: line 3: score is \"-inf\"; allowed is a finite number");
    assertThat(refusal("s.csv", "id,score\n")).contains("s.csv: holds no scores");
    assertThat(refusal("s.jsonl", SCORES, "--exclusion", "dual"))
        .contains("tauLocal is missing; exclusion dual requires it");
    assertThat(refusal("s.jsonl", SCORES, "--tau", "2")).contains("--tau 2.0 must be");
    assertThat(refusal("s.jsonl", SCORES, "--taus", "0.1")).contains("at least 3");
  }

  @Test
  void takesNegativeScoresAsTheOptionSays() throws Exception {
    String scores = "id,score\na,-1\nb,1\nc,3\n";
    Path file = Files.writeString(directory.resolve("s.csv"), scores);
    export(file, "--tau", "0.1");
    assertThat(lines("artifact_2_active_set.csv")).hasSize(3);
    export(file, "--tau", "0.1", "--negative", "shift");
    assertThat(lines("artifact_2_active_set.csv").get(1))
        .startsWith("1,Global/id=c,Global,0.6666666666666666,");
  }

  @Test
  void exportsAnyEvaluationOfATrail() throws Exception {
    Path trail = directory.resolve("trail.jsonl");
    try (InputStream in =
        Objects.requireNonNull(HufCommandTest.class.getResourceAsStream("recorded-demo.jsonl"))) {
      Files.copy(in, trail);
    }
    assertThat(export(trail).code()).isZero();
    List<String> last = lines("artifact_3_trace_report.jsonl");
    assertThat(last)
        .allSatisfy(line -> assertThat(line)
            .contains("\"regime_path\": [\"Qdrant\", \"collection=knowledge_base\", \"tenant=")
            .contains("\"shard_key=")
            .contains("tenant_mass(metric=Points,tenant_key=group_id)"));
    assertThat(export(trail, "--at", "2026-11-21T23:51:10Z").code()).isZero();
    assertThat(lines("artifact_3_trace_report.jsonl")).isNotEqualTo(last);
    assertThat(export(trail, "--at", "2020-01-01T00:00:00Z").err())
        .contains("holds no measurement at or before 2020-01-01T00:00:00Z");
    assertThat(export(trail, "--at", "noon").err()).contains("--at noon must be a time");
    Files.writeString(
        trail, Files.readString(trail).replaceFirst("\"points\":(\\d)", "\"points\":1$1"));
    Ran broken = export(trail);
    assertThat(broken.code()).isOne();
    assertThat(broken.out()).startsWith("BROKEN").contains("nothing exported");
  }

  @Test
  void exportsALiveCollection() throws Exception {
    try (EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults());
        QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
            emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
            emulated.peers().stream().map(EmulatedPeer::restPort).toList()))) {
      TenantPopulation population = TenantPopulation.zipf("acme", 10, 300, 0.8);
      SceneBuilder.on(cluster, "kb").tenants(population).create();
      String urls = emulated.peers().stream()
          .map(EmulatedPeer::grpcEndpoint)
          .map(URI::toString)
          .collect(Collectors.joining(","));
      String ports = emulated.peers().stream()
          .map(EmulatedPeer::restPort)
          .map(String::valueOf)
          .collect(Collectors.joining(","));
      Ran ran =
          export(null, "--qdrant", urls, "--rest-port", ports, "--collection", "kb", "--tau", "0");
      assertThat(ran.err()).isEmpty();
      assertThat(lines("artifact_2_active_set.csv").get(1))
          .startsWith("1,acme/id=default,acme,")
          .contains("," + population.tenants().getFirst().points() + ".0,");
      assertThat(lines("artifact_2_active_set.csv")).hasSize(11);
      assertThat(export(null, "--qdrant", urls, "--rest-port", ports, "--collection", "no")
              .err())
          .contains("collection no does not exist");
      assertThat(export(null, "--qdrant", "qdrant:6334", "--collection", "kb").err())
          .contains("--qdrant qdrant:6334 must be http(s)://host:port");
    }
  }

  private String refusal(String name, String text, String... options) throws Exception {
    Ran ran = export(Files.writeString(directory.resolve(name), text), options);
    assertThat(ran.code()).isEqualTo(2);
    return ran.err();
  }

  private List<String> lines(String artifact) throws Exception {
    return Files.readAllLines(directory.resolve("out").resolve(artifact));
  }

  private Ran export(@org.jspecify.annotations.Nullable Path file, String... options) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> words = new ArrayList<>(List.of("huf", "export"));
    if (file != null) {
      words.add(file.toString());
    }
    words.addAll(List.of("--out", directory.resolve("out").toString()));
    words.addAll(Arrays.asList(options));
    int code = Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }
}
