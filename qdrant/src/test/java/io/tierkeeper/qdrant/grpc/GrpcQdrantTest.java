package io.tierkeeper.qdrant.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections;
import io.qdrant.client.grpc.Points;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.PeerStatus;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantEndpoints;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.ShardTransfer;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.UpsertMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrpcQdrantTest {
  private static final ShardKey ACME = ShardKey.of("acme");
  private static final ShardKey DEFAULT = ShardKey.of("default");

  private ScriptedQdrant server = start();
  private GrpcQdrant cluster = GrpcQdrant.connect(server.endpoints(Duration.ofSeconds(5)));

  private static ScriptedQdrant start() {
    try {
      return new ScriptedQdrant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeEach
  void onePeer() {
    assertThat(cluster.peers()).hasSize(1);
  }

  @AfterEach
  void close() {
    cluster.close();
    server.close();
  }

  private QdrantWrites port() {
    return cluster.peers().get(0);
  }

  private static Upsert upsert() {
    return Upsert.of(
        "kb",
        ShardSelector.withFallback(ACME, DEFAULT),
        List.of(new Point(
            PointId.of(1),
            Map.of("group_id", "acme"),
            Map.of("", new PointVector.Dense(new float[] {1, 0})))));
  }

  @Test
  void aWriteWithoutAnswerHasAnUnknownOutcomeAndAReadIsUnavailable() {
    server.silent = true;
    cluster.close();
    cluster = GrpcQdrant.connect(server.endpoints(Duration.ofMillis(300)));
    assertThatThrownBy(() -> port().upsert(upsert()))
        .isInstanceOf(QdrantException.OutcomeUnknown.class)
        .hasMessageContaining("DEADLINE_EXCEEDED");
    assertThatThrownBy(() -> port().view("kb")).isInstanceOf(QdrantException.Unavailable.class);
  }

  @Test
  void aWriteThatFoundNoServerWasNotDone() {
    server.close();
    assertThatThrownBy(() -> port().upsert(upsert()))
        .isInstanceOf(QdrantException.Unavailable.class);
    assertThatThrownBy(() -> port().status()).isInstanceOf(QdrantException.Unavailable.class);
  }

  @Test
  void aPeerThatComesBackIsFoundWithoutWaitingForTheChannelsBackoff() throws IOException {
    int grpcPort = server.grpcPort();
    server.close();
    for (int i = 0; i < 6; i++) {
      assertThatThrownBy(() -> port().view("kb")).isInstanceOf(QdrantException.Unavailable.class);
    }
    server = new ScriptedQdrant(grpcPort);
    Awaitility.await()
        .atMost(Duration.ofSeconds(2))
        .ignoreExceptions()
        .until(() -> port().view("kb").isPresent());
  }

  @Test
  void closingFailsTheCallInFlight() throws InterruptedException {
    server.silent = true;
    AtomicReference<Throwable> seen = new AtomicReference<>();
    Thread caller =
        Thread.ofVirtual().start(() -> seen.set(catchThrowable(() -> port().view("kb"))));
    Awaitility.await().until(() -> !server.requests.isEmpty());
    cluster.close();
    caller.join();
    assertThat(seen.get()).isInstanceOf(QdrantException.Unavailable.class);
    cluster.close();
  }

  @Test
  void anInterruptedWriteKeepsTheFlagAndHasAnUnknownOutcome() throws InterruptedException {
    server.silent = true;
    AtomicReference<Throwable> seen = new AtomicReference<>();
    AtomicReference<Boolean> flag = new AtomicReference<>();
    Thread caller = Thread.ofVirtual().start(() -> {
      seen.set(catchThrowable(() ->
          port().replicatePoints("kb", DEFAULT, ACME, Filter.tenant("group_id", ACME.tenant()))));
      flag.set(Thread.currentThread().isInterrupted());
    });
    Awaitility.await().until(() -> !server.requests.isEmpty());
    caller.interrupt();
    caller.join();
    assertThat(seen.get()).isInstanceOf(QdrantException.OutcomeUnknown.class);
    assertThat(flag.get()).isTrue();
  }

  @Test
  void everyFailureLeavesOneRequestAtTheServer() {
    server.failure = Status.UNAVAILABLE.withDescription("busy");
    assertThatThrownBy(() -> port().upsert(upsert()))
        .isInstanceOf(QdrantException.OutcomeUnknown.class);
    assertThatThrownBy(() -> port().view("kb")).isInstanceOf(QdrantException.Unavailable.class);
    assertThat(server.requests).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(
      value = Points.UpdateStatus.class,
      names = {"WaitTimeout", "ClockRejected", "UnknownUpdateStatus", "Acknowledged"})
  void aWriteThatIsNotReportedAsCompletedHasAnUnknownOutcome(Points.UpdateStatus status) {
    server.updateStatus = status;
    assertThatThrownBy(() -> port().upsert(upsert()))
        .isInstanceOf(QdrantException.OutcomeUnknown.class)
        .hasMessageContaining(status.name());
  }

  @Test
  void anAcknowledgementIsEnoughWhereTheCallerDoesNotWait() {
    server.updateStatus = Points.UpdateStatus.Acknowledged;
    port().upsert(upsert().withoutWaiting());
    assertThat(((Points.UpsertPoints) server.requests.get(0)).getWait()).isFalse();
  }

  @Test
  void aLayoutCallThatChangedNothingIsRejected() {
    server.layoutResult = false;
    assertThatThrownBy(
            () -> port().createShardKey("kb", new KeyTemplate(ACME, 11, ReplicaState.PARTIAL)))
        .isInstanceOf(QdrantException.Rejected.class);
  }

  @Test
  void aShardKeyIsAskedForWithOneShardOneReplicaAndItsPeer() {
    port().createShardKey("kb", new KeyTemplate(ShardKey.of(7), 11, ReplicaState.PARTIAL));
    Collections.CreateShardKeyRequest request =
        (Collections.CreateShardKeyRequest) server.requests.get(0);
    assertThat(request.getTimeout()).isEqualTo(10);
    Collections.CreateShardKey key = request.getRequest();
    assertThat(key.getShardKey().getNumber()).isEqualTo(7);
    assertThat(key.getShardsNumber()).isEqualTo(1);
    assertThat(key.getReplicationFactor()).isEqualTo(1);
    assertThat(key.getPlacementList()).containsExactly(11L);
    assertThat(key.getInitialState()).isEqualTo(Collections.ReplicaState.Partial);
  }

  @Test
  void anAbortNamesTheTransferExactlyAsListed() {
    port().abortTransfer("kb", new ShardTransfer(1, 4, 11, 12, true));
    port().abortTransfer("kb", new ShardTransfer(1, null, 11, 12, true));
    Collections.AbortShardTransfer filtered = ((Collections.UpdateCollectionClusterSetupRequest)
            server.requests.get(0))
        .getAbortTransfer();
    assertThat(filtered.getToShardId()).isEqualTo(4);
    assertThat(filtered.getFromPeerId()).isEqualTo(11);
    assertThat(filtered.getToPeerId()).isEqualTo(12);
    assertThat(((Collections.UpdateCollectionClusterSetupRequest) server.requests.get(1))
            .getAbortTransfer()
            .hasToShardId())
        .isFalse();
  }

  @Test
  void aConditionalUpsertCarriesSelectorModeAndFilter() {
    port()
        .upsert(upsert()
            .mode(UpsertMode.UPDATE_ONLY)
            .onlyWhere(Filter.matches("n", 5L).butNot(new Filter.IsEmpty("m"))));
    Points.UpsertPoints request = (Points.UpsertPoints) server.requests.get(0);
    assertThat(request.getShardKeySelector().getShardKeys(0).getKeyword()).isEqualTo("acme");
    assertThat(request.getShardKeySelector().getFallback().getKeyword()).isEqualTo("default");
    assertThat(request.getUpdateMode()).isEqualTo(Points.UpdateMode.UpdateOnly);
    assertThat(request.getUpdateFilter().getMust(0).getField().getMatch().getInteger())
        .isEqualTo(5);
    assertThat(request.getUpdateFilter().getMustNot(0).getIsEmpty().getKey()).isEqualTo("m");
    assertThat(request.getWait()).isTrue();
  }

  @Test
  void aPageLargerThanTheUsualLimitIsRead() {
    String text = "x".repeat(6 << 20);
    server.page = Points.ScrollResponse.newBuilder()
        .addResult(Points.RetrievedPoint.newBuilder()
            .setId(PointMapper.toWire(PointId.of(1)))
            .putAllPayload(PointMapper.payloadToWire(Map.of("t", text))))
        .setNextPageOffset(PointMapper.toWire(PointId.of(2)))
        .build();
    var page = port().scroll(ScrollRequest.whole("kb", ShardSelector.key(ACME), null, 1));
    assertThat(page.points().get(0).payload()).containsEntry("t", text);
    assertThat(page.next()).isEqualTo(PointId.of(2));
    Points.ScrollPoints request = (Points.ScrollPoints) server.requests.get(0);
    assertThat(request.hasReadConsistency()).isFalse();
    assertThat(request.hasFilter()).isFalse();
    assertThat(request.hasOffset()).isFalse();
  }

  @Test
  void aViewShowsLocalAndRemoteReplicasWithTheirStatesAndTransfers() {
    server.clusterInfo = Collections.CollectionClusterInfoResponse.newBuilder()
        .setPeerId(-5)
        .addRemoteShards(Collections.RemoteShardInfo.newBuilder()
            .setShardId(2)
            .setPeerId(12)
            .setShardKey(QueryMapper.toWire(ShardKey.of(9)))
            .setStateValue(99))
        .addLocalShards(Collections.LocalShardInfo.newBuilder()
            .setShardId(1)
            .setPointsCount(40)
            .setShardKey(QueryMapper.toWire(DEFAULT))
            .setState(Collections.ReplicaState.ActiveRead))
        .addShardTransfers(
            Collections.ShardTransferInfo.newBuilder().setShardId(1).setFrom(11).setTo(12))
        .addReshardingOperations(Collections.ReshardingInfo.getDefaultInstance())
        .build();
    PeerView view = port().view("kb").orElseThrow();
    assertThat(view.peerId()).isEqualTo(-5);
    assertThat(view.replicas())
        .containsExactly(
            new io.tierkeeper.qdrant.Replica(1, -5, DEFAULT, ReplicaState.ACTIVE_READ, 40),
            new io.tierkeeper.qdrant.Replica(2, 12, ShardKey.of(9), ReplicaState.UNKNOWN, -1));
    assertThat(view.transfers()).containsExactly(new ShardTransfer(1, null, 11, 12, false));
    assertThat(view.resharding()).isEqualTo(1);
  }

  @Test
  void statusReadsVersionAndConsensus() {
    server.rest = exchange -> new ScriptedQdrant.Answer(
        200,
        exchange.getRequestURI().getPath().equals("/")
            ? "{\"title\":\"qdrant\",\"version\":\"1.19.0\"}"
            : """
              {"result":{"status":"enabled","peer_id":11,"peers":{"11":{"uri":"a"},"12":{"uri":"b"}},
               "raft_info":{"term":3,"commit":40,"pending_operations":1,"leader":null}}}""");
    assertThat(port().status())
        .isEqualTo(new PeerStatus("1.19.0", 11, Set.of(11L, 12L), 3, 40, 1, false));
  }

  @ParameterizedTest
  @CsvSource({"16777216, 17179869184", "9007199254740988, ", "0, "})
  void statusReadsTheMemoryOfAPeerThatHasALimit(long kibibytes, @Nullable Long bytes) {
    server.rest = exchange -> new ScriptedQdrant.Answer(
        200,
        switch (exchange.getRequestURI().getPath()) {
          case "/" -> "{\"version\":\"1.19.0\"}";
          case "/telemetry" ->
            "{\"result\":{\"app\":{\"system\":{\"ram_size\":" + kibibytes + "}}}}";
          default -> """
              {"result":{"status":"enabled","peer_id":11,"peers":{},
               "raft_info":{"term":3,"commit":40,"pending_operations":1,"leader":null}}}""";
        });
    assertThat(port().status().memoryBytes())
        .isEqualTo(bytes == null ? OptionalLong.empty() : OptionalLong.of(bytes));
  }

  @Test
  void aSingleNodeIsDistinguishedFromAClusterMember() {
    server.rest = exchange -> new ScriptedQdrant.Answer(
        200, "{\"version\":\"1.19.0\",\"result\":{\"status\":\"disabled\"}}");
    assertThatThrownBy(() -> port().status())
        .isInstanceOf(QdrantException.Rejected.class)
        .hasMessageContaining("cluster mode");
  }

  @Test
  void theApiKeyGoesWithEveryCallAndIntoNoMessage() {
    String key = "s3cr3t-key";
    QdrantEndpoints withKey = server.endpoints(Duration.ofSeconds(5)).apiKey(key);
    AtomicReference<String> restKey = new AtomicReference<>("none");
    server.rest = exchange -> {
      restKey.set(exchange.getRequestHeaders().getFirst("api-key"));
      return new ScriptedQdrant.Answer(403, "Forbidden: Global manage access is required");
    };
    server.failure = Status.PERMISSION_DENIED.withDescription("Forbidden");
    try (GrpcQdrant keyed = GrpcQdrant.connect(withKey)) {
      QdrantWrites peer = keyed.peers().get(0);
      assertThatThrownBy(() -> peer.view("kb"))
          .isInstanceOf(QdrantException.Rejected.class)
          .message()
          .doesNotContain(key);
      assertThatThrownBy(peer::status)
          .isInstanceOf(QdrantException.Rejected.class)
          .message()
          .contains("Global manage access")
          .doesNotContain(key);
    }
    assertThat(server.apiKeys).containsExactly(key);
    assertThat(restKey.get()).isEqualTo(key);
    assertThat(withKey.toString()).doesNotContain(key).contains("apiKey=given");
  }

  @Test
  void aSnapshotIsDownloadedWholeAndUploadedWithItsChecksum(@TempDir Path dir) throws IOException {
    Path file = dir.resolve("s.snapshot");
    AtomicReference<String> uploaded = new AtomicReference<>("");
    AtomicReference<String> query = new AtomicReference<>("");
    server.rest = exchange -> {
      if (exchange.getRequestMethod().equals("GET")) {
        return new ScriptedQdrant.Answer(200, "content");
      }
      query.set(exchange.getRequestURI().toString());
      try {
        uploaded.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new ScriptedQdrant.Answer(200, "{\"result\":true}");
    };
    port().downloadShardSnapshot("a b", 3, "n", file);
    assertThat(file).hasContent("content");
    port().recoverShardSnapshot("a b", 3, file);
    assertThat(uploaded.get()).contains("name=\"snapshot\"").contains("\r\n\r\ncontent\r\n--");
    assertThat(query.get())
        .isEqualTo("/collections/a%20b/shards/3/snapshots/upload?priority=snapshot&wait=true"
            + "&checksum=ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
  }

  @Test
  void aDownloadThatFailsLeavesNoFile(@TempDir Path dir) throws IOException {
    server.rest = exchange -> new ScriptedQdrant.Answer(
        404, "{\"status\":{\"error\":\"Not found: Snapshot x not found\"}}");
    assertThatThrownBy(() -> port().downloadShardSnapshot("kb", 3, "x", dir.resolve("f")))
        .isInstanceOf(QdrantException.NotFound.class)
        .hasMessageEndingWith("HTTP 404 Not found: Snapshot x not found");
    try (var files = Files.list(dir)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void anUploadThatFailsInTheServerHasAnUnknownOutcome(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("f"), "garbage");
    server.rest = exchange -> new ScriptedQdrant.Answer(500, "Malformed tar archive");
    assertThatThrownBy(() -> port().recoverShardSnapshot("kb", 3, file))
        .isInstanceOf(QdrantException.OutcomeUnknown.class);
  }

  @Test
  void aProbedUploadMustArriveWhole(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("f"), "content");
    server.rest = exchange -> new ScriptedQdrant.Answer(
        400, "{\"status\":{\"error\":\"Wrong input: Checksum mismatch: expected x, actual 0\"}}");
    port().probeShardSnapshot("kb", 3, file);
    server.rest = exchange -> new ScriptedQdrant.Answer(413, "Request Entity Too Large");
    assertThatThrownBy(() -> port().probeShardSnapshot("kb", 3, file))
        .isInstanceOf(QdrantException.Rejected.class)
        .hasMessageContaining("HTTP 413 Request Entity Too Large");
    server.rest = exchange -> new ScriptedQdrant.Answer(504, "Gateway Timeout");
    assertThatThrownBy(() -> port().probeShardSnapshot("kb", 3, file))
        .isInstanceOf(QdrantException.Unavailable.class);
    server.rest = exchange -> new ScriptedQdrant.Answer(200, "{\"result\":true}");
    assertThatThrownBy(() -> port().probeShardSnapshot("kb", 3, file))
        .isInstanceOf(QdrantException.Rejected.class)
        .hasMessageContaining("a wrong checksum was accepted");
  }

  @Test
  void endpointsAreCheckedByName() {
    URI peer = URI.create("http://127.0.0.1:6334");
    assertThatThrownBy(() ->
            GrpcQdrant.connect(QdrantEndpoints.plain(List.of(peer, peer, peer), List.of(1, 2))))
        .hasMessageContaining("restPorts has 2 entries");
    assertThatThrownBy(() -> GrpcQdrant.connect(QdrantEndpoints.plain(List.of(), List.of(1))))
        .hasMessageContaining("endpoints");
    assertThatThrownBy(() -> GrpcQdrant.connect(
            QdrantEndpoints.plain(List.of(URI.create("http://me:pw@h:1")), List.of(1))))
        .message()
        .contains("without user")
        .doesNotContain("pw");
    assertThatThrownBy(() ->
            GrpcQdrant.connect(QdrantEndpoints.plain(List.of(peer), List.of(1)).apiKey("s3cr3t\n")))
        .message()
        .contains("apiKey")
        .doesNotContain("s3cr3t");
  }
}
