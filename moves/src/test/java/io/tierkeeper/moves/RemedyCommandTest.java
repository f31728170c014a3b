package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.remedy.Remedy;
import io.tierkeeper.moves.remedy.RemedyRenderer;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.TenantId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The command of every remedy runs in a shell and sends what it says; what it does to Qdrant is in the contracts. */
class RemedyCommandTest {

  private static final Replica REPLICA =
      new Replica(2, 11, ShardKey.of("acme"), ReplicaState.DEAD, 10);
  private static final List<PointId> IDS = List.of(PointId.of(7));

  private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
  private final RunbookShell shell = new RunbookShell();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      String path = exchange.getRequestURI().toString();
      String method = exchange.getRequestMethod();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
          .replaceAll("\\s+", "");
      requests.add(method + " " + path + (path.contains("upload") ? "" : " " + body));
      byte[] answer = answer(method, path).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    shell.close();
  }

  private static String answer(String method, String path) {
    if (path.endsWith("/points") && method.equals("POST")) {
      return "{\"result\":[{\"id\":7,\"payload\":{\"v\":1,\"tierkeeper_move\":\"u\"},\"vector\":[1.5]}]}";
    }
    if (path.endsWith("/kb/cluster")) {
      return "{\"result\":{\"shard_transfers\":[]}}";
    }
    return path.endsWith("/snapshots")
        ? "{\"result\":{\"name\":\"taken.snapshot\"}}"
        : "{\"result\":{\"count\":1}}";
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private Move move() {
    return new Move(
        "kb-acme-demote",
        "uid-1",
        "/namespaces/data/tieredcollections/kb",
        "kb",
        "group_id",
        TenantId.Kind.KEYWORD,
        TenantId.of("acme"),
        ShardKey.of("default"),
        Direction.DEMOTE,
        MoveFixtures.settings());
  }

  private List<String> run(Remedy remedy) {
    requests.clear();
    shell.run(RemedyRenderer.command(move(), remedy), address());
    return List.copyOf(requests);
  }

  @Test
  void runsTheCommandOfEachRemedy() {
    String points = "POST /collections/kb/points ";
    String whole = ",\"with_payload\":true,\"with_vector\":true}";
    String cluster = "POST /collections/kb/cluster ";
    ShardTransfer transfer = new ShardTransfer(3, 2, 11, 12, true);
    Map<Remedy, List<String>> expected = Map.ofEntries(
        Map.entry(
            new Remedy.InsertFromFallback(IDS),
            List.of(
                points + "{\"ids\":[7],\"shard_key\":\"acme\"" + whole,
                points + "{\"ids\":[7],\"shard_key\":\"default\"" + whole,
                "PUT /collections/kb/points?wait=true "
                    + written("acme", ",\"update_mode\":\"insert_only\""))),
        Map.entry(
            new Remedy.TakeFromFrozen(IDS),
            List.of(
                points + "{\"ids\":[7],\"shard_key\":\"" + move().thawedCopyKey() + "\"" + whole,
                "PUT /collections/kb/points?wait=true "
                    + written("default", ",\"update_mode\":\"insert_only\""))),
        Map.entry(
            new Remedy.KeepDedicated(IDS),
            List.of(
                points + "{\"ids\":[7],\"shard_key\":\"default\"" + whole,
                "PUT /collections/kb/points?wait=true "
                    + written("acme", ",\"update_mode\":\"insert_only\""),
                "POST /collections/kb/points/delete?wait=true {\"points\":[7],\"shard_key\":\"default\"}")),
        Map.entry(
            new Remedy.SavePoints(IDS),
            List.of(
                points + "{\"ids\":[7],\"shard_key\":\"acme\"" + whole,
                points + "{\"ids\":[7],\"shard_key\":\"default\"" + whole)),
        Map.entry(
            new Remedy.RemoveMarkerFields(IDS),
            List.of(
                points + "{\"ids\":[7],\"shard_key\":\"acme\"" + whole,
                "POST /collections/kb/points/payload/delete?wait=true {\"keys\":[\"tierkeeper_base\","
                    + "\"tierkeeper_move\"],\"points\":[7],\"shard_key\":\"acme\"}")),
        Map.entry(
            new Remedy.RecoverShard(REPLICA),
            List.of(
                "POST /collections/kb/shards/2/snapshots ",
                "GET /collections/kb/shards/2/snapshots/taken.snapshot ",
                "POST /collections/kb/shards/2/snapshots/upload?priority=snapshot&wait=true")),
        Map.entry(
            new Remedy.SaveAndDropKey(REPLICA),
            List.of(
                "POST /collections/kb/shards/2/snapshots ",
                "GET /collections/kb/shards/2/snapshots/taken.snapshot ",
                "POST /collections/kb/shards/delete {\"shard_key\":\"acme\"}")),
        Map.entry(
            new Remedy.DropWorkingKeys(
                List.of(new Replica(3, 11, ShardKey.of("tierkeeper/m/y"), ReplicaState.ACTIVE, 0))),
            List.of(
                "GET /collections/kb/cluster ",
                "POST /collections/kb/shards/3/snapshots ",
                "GET /collections/kb/shards/3/snapshots/taken.snapshot ",
                "POST /collections/kb/shards/delete {\"shard_key\":\"tierkeeper/m/y\"}")),
        Map.entry(
            new Remedy.AbortTransfers(List.of(transfer), List.of(new Remedy.Place(2, 12))),
            List.of(
                cluster
                    + "{\"abort_transfer\":{\"shard_id\":3,\"to_shard_id\":2,\"from_peer_id\":11,\"to_peer_id\":12}}",
                cluster + "{\"drop_replica\":{\"shard_id\":2,\"peer_id\":12}}")),
        Map.entry(
            new Remedy.DropReplicas(List.of(new Remedy.Place(2, 12))),
            List.of(cluster + "{\"drop_replica\":{\"shard_id\":2,\"peer_id\":12}}")),
        Map.entry(new Remedy.AbortResharding(), List.of(cluster + "{\"abort_resharding\":{}}")),
        Map.entry(
            new Remedy.CountFallback(),
            List.of(
                "POST /collections/kb/points/count {\"shard_key\":\"default\",\"filter\":{\"must\":"
                    + "[{\"key\":\"group_id\",\"match\":{\"value\":\"acme\"}}]},\"exact\":true}")),
        Map.entry(
            new Remedy.ListForeignPoints(ShardKey.of("acme")),
            List.of("POST /collections/kb/points/scroll {\"shard_key\":\"acme\",\"limit\":100,"
                + "\"filter\":{\"should\":[{\"must_not\":[{\"key\":\"group_id\",\"match\":{\"value\":"
                + "\"acme\"}}]},{\"key\":\"group_id\",\"match\":{\"except\":[\"acme\"]}}]}}")),
        Map.entry(new Remedy.ShowStrictMode(), List.of("GET /collections/kb ")),
        Map.entry(new Remedy.ShowCluster(), List.of("GET /cluster ")),
        Map.entry(new Remedy.ShowShards(), List.of("GET /collections/kb/cluster ")),
        Map.entry(new Remedy.RestartPods(List.of("qdrant-2.qdrant-headless")), List.of()),
        Map.entry(new Remedy.SetAbort(true), List.of()),
        Map.entry(new Remedy.ConfirmFence(), List.of()),
        Map.entry(
            new Remedy.LiftFence(
                new Fence.Webhook(address().resolve("/gate"), Duration.ofSeconds(1)), null),
            List.of("POST /gate {\"phase\":\"Lift\",\"tenant\":\"acme\",\"collection\":\"kb\","
                + "\"move\":\"kb-acme-demote\"}")));
    assertThat(expected.keySet().stream().map(Object::getClass))
        .as("every remedy")
        .containsExactlyInAnyOrder(
            Arrays.stream(Remedy.class.getPermittedSubclasses()).toArray(Class<?>[]::new));
    expected.forEach((remedy, sent) -> assertThat(run(remedy)).as("%s", remedy).isEqualTo(sent));
    assertThat(shell.deletedPods).containsExactly("qdrant-2");
    assertThat(shell.signals().abortRequested()).isTrue();
    assertThat(shell.signals().fenced()).isTrue();
  }

  @Test
  void restoresTheMarkerPointOfATokenFence() {
    Fence token = new Fence.Token("tokens", PointId.of(1));
    String marker = "{\"payload\":{\"a\":1},\"vectors\":{\"\":[1.0]}}";
    assertThat(run(new Remedy.LiftFence(token, marker)))
        .containsExactly("PUT /collections/tokens/points?wait=true "
            + "{\"points\":[{\"id\":1,\"payload\":{\"a\":1},\"vector\":[1.0]}]}");
  }

  @Test
  void restoresAMarkerPointThatKeepsItsPayload() {
    Fence token = new Fence.Token("tokens", PointId.of(1));
    assertThat(run(new Remedy.LiftFence(token, null)))
        .startsWith("GET /collections/tokens/points/1 ")
        .last()
        .asString()
        .startsWith("PUT /collections/tokens/points?wait=true {\"points\":[{\"id\":");
  }

  @Test
  void abortsAMoveWhoseFenceIsLiftedByHand() {
    assertThat(run(new Remedy.LiftFence(new Fence.Manual(), null))).isEmpty();
    assertThat(shell.signals().abortRequested()).isTrue();
  }

  private static String written(String key, String further) {
    return "{\"points\":[{\"id\":7,\"payload\":{\"v\":1},\"vector\":[1.5]}],\"shard_key\":\"" + key
        + "\"" + further + "}";
  }
}
