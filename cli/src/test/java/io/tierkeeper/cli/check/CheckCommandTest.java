package io.tierkeeper.cli.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.StrictModeConfig;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.tierkeeper.lab.qdrant.emulator.EmulatedPeer;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.launcher.ExitCode;
import io.tierkeeper.launcher.Main;
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
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CheckCommandTest {
  private final EmulatedQdrant emulated = EmulatedQdrant.start(EmulatorOptions.defaults());
  private final QdrantCluster cluster = GrpcQdrant.connect(QdrantEndpoints.plain(
      emulated.peers().stream().map(EmulatedPeer::grpcEndpoint).toList(),
      emulated.peers().stream().map(EmulatedPeer::restPort).toList()));

  private record Ran(int code, String out, String err) {}

  @AfterEach
  void stop() {
    cluster.close();
    emulated.close();
  }

  private QdrantWrites port() {
    return cluster.peers().getFirst();
  }

  private Ran check(int peers, String... options) {
    List<EmulatedPeer> given = emulated.peers().subList(0, peers);
    List<String> words = new ArrayList<>(List.of(
        "check",
        "--qdrant",
        given.stream().map(peer -> peer.grpcEndpoint().toString()).collect(Collectors.joining(",")),
        "--rest-port",
        given.stream()
            .map(peer -> String.valueOf(peer.restPort()))
            .collect(Collectors.joining(","))));
    words.addAll(List.of(options));
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.line()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
    return new Ran(code, out.toString(), err.toString());
  }

  /** The gates with this result. */
  private static List<String> gates(Ran ran, String result) throws Exception {
    JsonNode json = new ObjectMapper().readTree(ran.out());
    assertThat(json.path("passed").asBoolean()).isEqualTo(ran.code() == ExitCode.OK);
    List<String> found = new ArrayList<>();
    json.path("gates").forEach(gate -> {
      if (gate.path("result").asText().equals(result)) {
        found.add(gate.path("name").asText());
      }
    });
    return found;
  }

  private void tiered() {
    port().createCollection(CollectionTemplate.tiered("kb", 4));
    port().createShardKey("kb", ShardKey.of("default"), 1);
    port().createTenantIndex("kb", "customer");
    List<Point> points = LongStream.range(0, 10)
        .mapToObj(id -> new Point(
            PointId.of(id),
            id == 9 ? Map.of() : Map.of("customer", id < 6 ? "acme" : "zeta"),
            Map.of("", new PointVector.Dense(new float[] {1, id, 0, 1}))))
        .toList();
    port().upsert(Upsert.of("kb", ShardSelector.key(ShardKey.of("default")), points));
  }

  @Test
  void passesATieredCollection() throws Exception {
    tiered();
    Ran ran = check(3, "--collection", "kb");
    assertThat(ran.code()).as(ran.out()).isEqualTo(ExitCode.OK);
    assertThat(ran.out())
        .contains(
            "3 peers answer",
            "customer as keyword",
            "default, 1 shard on 1 peer",
            "2 tenants; the largest: acme 60.0 %, zeta 30.0 %; 1 points have no value in customer",
            "kb can be tiered; next: a TieredCollection in mode Recommend");
    assertThat(gates(check(3, "--collection", "kb", "-o", "json"), "WARNING"))
        .containsExactly("tenants");
    assertThat(port().aliased("kb")).isEmpty();
  }

  @Test
  void namesEachGateThatFailsWithWhatCorrectsIt() throws Exception {
    tiered();
    try (QdrantClient client = client()) {
      client
          .createCollectionAsync(
              "auto",
              VectorParams.newBuilder().setSize(4).setDistance(Distance.Dot).build())
          .get();
      client
          .updateCollectionAsync(UpdateCollection.newBuilder()
              .setCollectionName("kb")
              .setStrictModeConfig(
                  StrictModeConfig.newBuilder().setEnabled(true).setMaxQueryLimit(10))
              .build())
          .get();
    }
    Ran strict = check(3, "--collection", "kb", "--tenant-key", "none", "--fallback-key", "shared");
    assertThat(strict.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(strict.out())
        .contains(
            "--tenant-key: none has no payload index; create a keyword index with is_tenant true: curl -sf -X PUT",
            "--fallback-key: the collection has no shard key shared; create it with one shard: curl -sf -X PUT",
            "max_query_limit is 10, required: 256 or more",
            "kb cannot be tiered yet: 3 gates failed");
    Ran auto = check(3, "--collection", "auto", "-o", "json");
    assertThat(gates(auto, "FAILED")).containsExactly("sharding");
    assertThat(auto.out()).contains("tierkeeper migrate auto --to auto-tiered");
    assertThat(gates(check(3, "--collection", "gone", "-o", "json"), "FAILED"))
        .containsExactly("collection");
    port().setAlias("current", "kb");
    assertThat(check(3, "--collection", "current").out())
        .contains("--collection: current is an alias of collection kb");
    assertThat(gates(check(1, "--collection", "kb", "-o", "json"), "FAILED"))
        .containsExactly("peers", "strict mode");
  }

  private QdrantClient client() {
    URI first = emulated.peers().getFirst().grpcEndpoint();
    return new QdrantClient(
        QdrantGrpcClient.newBuilder(first.getHost(), first.getPort(), false, false)
            .build());
  }

  @Test
  void failsWithoutAnAnswer() throws Exception {
    emulated.peers().forEach(EmulatedPeer::kill);
    Ran ran = check(3, "--collection", "kb", "-o", "json");
    assertThat(ran.code()).isEqualTo(ExitCode.FAILURE);
    assertThat(gates(ran, "FAILED")).containsExactly("peers");
    assertThat(gates(ran, "OK")).isEmpty();
  }
}
