package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.failure;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.tierkeeper.lab.qdrant.emulator.cluster.TransferOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The REST paths: the cluster's view of itself, readiness, shard snapshots, and the api key on both protocols. */
class RestApiTest {

  private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults()
      .withTransfers(TransferOptions.defaults().withPointsPerSecond(2_000)));
  private final ClientSide client = new ClientSide(qdrant, "kb");
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();

  @BeforeEach
  void createCollection() {
    client.createWithFallback();
    client.fill("default", "acme", 0, 300);
  }

  @AfterEach
  void close() {
    client.close();
    qdrant.close();
  }

  private URI path(int peer, String path) {
    return qdrant.peer(client.peerId(peer)).restEndpoint().resolve(path);
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BodyHandlers.ofByteArray());
  }

  private HttpResponse<byte[]> get(int peer, String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(path(peer, path)));
  }

  private JsonNode result(HttpResponse<byte[]> answer) throws IOException {
    return json.readTree(answer.body()).path("result");
  }

  private HttpResponse<byte[]> upload(int peer, int shard, byte[] content, String query)
      throws IOException, InterruptedException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(
        "--xyz\r\nContent-Disposition: form-data; name=\"snapshot\"; filename=\"s\"\r\n\r\n"
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(content);
    body.writeBytes("\r\n--xyz--\r\n".getBytes(StandardCharsets.UTF_8));
    return send(HttpRequest.newBuilder(
            path(peer, "/collections/kb/shards/" + shard + "/snapshots/upload?" + query))
        .header("Content-Type", "multipart/form-data; boundary=xyz")
        .POST(BodyPublishers.ofByteArray(body.toByteArray())));
  }

  private String snapshot(int peer, int shard) throws IOException, InterruptedException {
    HttpResponse<byte[]> answer =
        send(HttpRequest.newBuilder(path(peer, "/collections/kb/shards/" + shard + "/snapshots"))
            .POST(BodyPublishers.noBody()));
    assertThat(answer.statusCode())
        .as(new String(answer.body(), StandardCharsets.UTF_8))
        .isEqualTo(200);
    return result(answer).path("name").asText();
  }

  @Test
  void tellsTheClusterAndItsTelemetry() throws Exception {
    JsonNode cluster = result(get(0, "/cluster"));
    assertThat(cluster.path("peer_id").asLong()).isEqualTo(client.peerId(0));
    assertThat(cluster.path("peers")).hasSize(3);
    assertThat(cluster.path("raft_info").path("commit").asLong()).isPositive();
    qdrant.peer(client.peerId(2)).pause();
    JsonNode telemetry = result(get(0, "/cluster/telemetry?details_level=3"));
    qdrant.peer(client.peerId(2)).resume();
    JsonNode replica = telemetry.at("/collections/kb/shards/0/replicas/0");
    assertThat(replica.path("state").asText()).isEqualTo("Active");
    assertThat(replica.path("num_points").asInt()).isEqualTo(300);
    JsonNode peers = telemetry.at("/cluster/peers");
    assertThat(peers.path(Long.toString(client.peerId(2))).path("responsive").asBoolean())
        .isFalse();
    assertThat(
            peers.path(Long.toString(client.peerId(0))).at("/details/version").asText())
        .isEqualTo("1.19.0");
    assertThat(new String(get(0, "/metrics").body(), StandardCharsets.UTF_8))
        .contains("collection_points{id=\"kb\"} 300")
        .contains("\ncollection_dead_replicas 0\n");
    assertThat(result(get(0, "/telemetry?details_level=1"))
            .at("/app/system/ram_size")
            .asLong())
        .isEqualTo(16L << 20);
    assertThat(result(get(1, "/collections/kb/cluster"))
            .at("/remote_shards/0/shard_key")
            .asText())
        .isEqualTo("default");
  }

  @Test
  void isNotReadyAfterARestartUntilUnwellReplicasHaveVanished() throws Exception {
    client.createKey("acme", ReplicaState.Partial, 1);
    qdrant.peer(client.peerId(1)).kill();
    qdrant.peer(client.peerId(1)).restart();
    assertThat(get(1, "/readyz").statusCode()).isEqualTo(503);
    assertThat(get(1, "/readyz").statusCode()).isEqualTo(503);
    client.deleteKey("acme");
    org.awaitility.Awaitility.await().until(() -> get(1, "/readyz").statusCode() == 200);
    client.createKey("later", ReplicaState.Partial, 1);
    assertThat(get(1, "/readyz").statusCode()).isEqualTo(200);
  }

  @Test
  void recoversADeadKeyFromItsOwnSnapshot() throws Exception {
    client.createKey("acme", ReplicaState.Active, 1);
    client.fill("acme", "acme", 0, 50);
    int shard = client.shardId("acme");
    qdrant.forceReplicaState("kb", shard, client.peerId(1), ReplicaState.Dead);
    String name = snapshot(1, shard);
    URI location = path(1, "/collections/kb/shards/" + shard + "/snapshots/" + name);
    HttpResponse<byte[]> answer = send(HttpRequest.newBuilder(
            path(1, "/collections/kb/shards/" + shard + "/snapshots/recover?wait=true"))
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(
            "{\"location\":\"" + location + "\",\"priority\":\"snapshot\"}")));
    assertThat(answer.statusCode()).isEqualTo(200);
    client.awaitSettled("acme", ReplicaState.Active);
    assertThat(client.count(0, key("acme"))).isEqualTo(50);
  }

  @Test
  void uploadsASnapshotIntoAnotherKeyWhichBecomesActive() throws Exception {
    client.createKey("z", ReplicaState.Partial, 1);
    byte[] content =
        get(0, "/collections/kb/shards/1/snapshots/" + snapshot(0, 1)).body();
    int shard = client.shardId("z");
    HttpResponse<byte[]> wrong = upload(1, shard, content, "checksum=00");
    assertThat(wrong.statusCode()).isEqualTo(400);
    assertThat(new String(wrong.body(), StandardCharsets.UTF_8)).contains("Checksum mismatch");
    HttpResponse<byte[]> garbage = upload(1, shard, new byte[] {1, 2, 3}, "priority=snapshot");
    assertThat(garbage.statusCode()).isEqualTo(500);
    assertThat(upload(1, shard, content, "priority=snapshot&wait=true").statusCode())
        .isEqualTo(200);
    client.awaitSettled("z", ReplicaState.Active);
    assertThat(client.count(2, key("z"))).isEqualTo(300);
    var facet = ok(client
        .peer(0)
        .facetAsync(io.qdrant.client.grpc.Points.FacetCounts.newBuilder()
            .setCollectionName("kb")
            .setKey(ClientSide.TENANT)
            .setShardKeySelector(key("z"))
            .build()));
    assertThat(facet.getFirst().getCount()).as("its payload index works").isEqualTo(300);
  }

  @Test
  void addsAReplicaWhereASnapshotIsUploadedToAPeerWithoutTheShard() throws Exception {
    byte[] content =
        get(0, "/collections/kb/shards/1/snapshots/" + snapshot(0, 1)).body();
    assertThat(upload(2, 1, content, "priority=snapshot").statusCode()).isEqualTo(200);
    assertThat(client.view(2).getLocalShardsCount()).isEqualTo(1);
  }

  @Test
  void refusesASnapshotOfAShardBehindAProxy() throws Exception {
    client.fill("default", "acme", 10_000, 18_000);
    client.createKey("acme", ReplicaState.Partial, 1);
    client.replicatePoints("default", "acme", "acme");
    org.awaitility.Awaitility.await()
        .until(() -> client.count(0, key("default")) > 0 && proxied(client.peerId(0)));
    HttpResponse<byte[]> answer =
        send(HttpRequest.newBuilder(path(0, "/collections/kb/shards/1/snapshots"))
            .POST(BodyPublishers.noBody()));
    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(new String(answer.body(), StandardCharsets.UTF_8))
        .contains("Shard 1 is not a local or queue proxy shard");
  }

  private boolean proxied(long peer) {
    return qdrant.peer(peer).node().replica("kb", 1).proxied();
  }

  @Test
  void requiresTheApiKeyOnBothProtocols() throws Exception {
    try (EmulatedQdrant guarded =
            EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1).withApiKey("sesame"));
        QdrantClient none = ClientSide.client(guarded.peers().getFirst(), null);
        QdrantClient wrong = ClientSide.client(guarded.peers().getFirst(), "x");
        QdrantClient right = ClientSide.client(guarded.peers().getFirst(), "sesame")) {
      Status missing = failure(() -> ok(none.listCollectionsAsync()));
      assertThat(missing.getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
      assertThat(missing.getDescription())
          .isEqualTo("Must provide an API key or an Authorization bearer token");
      assertThat(failure(() -> ok(wrong.listCollectionsAsync())).getDescription())
          .isEqualTo("Invalid API key or JWT");
      assertThat(ok(right.listCollectionsAsync())).isEmpty();
      assertThat(ok(none.healthCheckAsync()).getVersion()).isEqualTo("1.19.0");
      URI cluster = guarded.peers().getFirst().restEndpoint().resolve("/cluster");
      assertThat(send(HttpRequest.newBuilder(cluster)).statusCode()).isEqualTo(401);
      assertThat(
              send(HttpRequest.newBuilder(cluster).header("api-key", "sesame")).statusCode())
          .isEqualTo(200);
    }
  }
}
