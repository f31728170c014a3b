package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.Metadata;
import io.grpc.Status;
import io.qdrant.client.grpc.Points.PointsOperationResponse;
import io.qdrant.client.grpc.Points.UpdateResult;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.tierkeeper.lab.qdrant.emulator.EmulatedQdrant;
import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Which failures are repeated, how long, and what is thrown in the end. */
class RetryTest {

  private final RecordingChannel channel = new RecordingChannel();
  private final List<String> heard = new CopyOnWriteArrayList<>();

  private TenantClient client() {
    return TenantClient.over(
        ClientConfig.builder("kb")
            .retry(ClientRig.QUICK.withMaxAttempts(3))
            .listener(new CallListener() {
              @Override
              public void ended(String operation, Outcome outcome, int attempts, Duration took) {
                heard.add(operation + " " + outcome + " " + attempts);
              }

              @Override
              public void retried(String operation, TenantClientException failure, Duration wait) {
                heard.add(operation + " again after " + failure.getClass().getSimpleName());
              }
            })
            .build(),
        channel);
  }

  private static Point text() {
    return Point.of(PointId.of("doc-1"), new float[] {1, 0}, java.util.Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, Shard temporarily unavailable: no peer",
    "DEADLINE_EXCEEDED, Timeout error",
    "INTERNAL, 'Service internal error: The replica set for shard 3 on peer 7 does not have enough active replicas'",
    "INTERNAL, 'Service internal error: Failed to apply operation to at least one `Active` replica. Please retry.'",
    "NOT_FOUND, Not found: Local shard 3 not found",
    "INTERNAL, Service internal error: No target shard 3 found for update",
    "INVALID_ARGUMENT, 'Wrong input: Shard key \"acme\" not found'",
    "ABORTED, aborted",
    "CANCELLED, Http2Exception",
    "RESOURCE_EXHAUSTED, Rate limiting exceeded: Write rate limit exceeded",
  })
  void repeatsWhatIsTransient(Status.Code code, String text) {
    channel.fails(code.toStatus().withDescription(text));
    channel.fails(code.toStatus().withDescription(text));
    try (TenantClient client = client()) {
      client.forTenant("acme").upsert(text());
      assertThat(channel.requests()).hasSize(3);
      assertThat(channel.requests().get(2)).isEqualTo(channel.requests().get(0));
      channel.fails(code.toStatus().withDescription(text));
      assertThat(client.forTenant("acme").count()).isZero();
      assertThat(channel.requests()).hasSize(5);
    }
    assertThat(heard)
        .contains("upsert OK 3", "count OK 2")
        .filteredOn(each -> each.startsWith("upsert again"))
        .hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_ARGUMENT, Wrong input: Vector dimension error, InvalidRequest",
    "INVALID_ARGUMENT, Wrong input: Shard key not specified, InvalidRequest",
    "FAILED_PRECONDITION, no, InvalidRequest",
    "UNIMPLEMENTED, no, InvalidRequest",
    "NOT_FOUND, Not found: Collection `kb` doesn't exist!, NotFound",
    "PERMISSION_DENIED, Forbidden, AccessRefused",
    "UNAUTHENTICATED, Must provide an API key, AccessRefused",
    "RESOURCE_EXHAUSTED, gRPC message exceeds maximum size 4: 5, InvalidRequest",
    "CANCELLED, Failed to read message., InvalidRequest",
  })
  void doesNotRepeatWhatIsRefused(Status.Code code, String text, String type) {
    channel.fails(code.toStatus().withDescription(text));
    try (TenantClient client = client()) {
      TenantClientException failure = catchThrowableOfType(
          TenantClientException.class, () -> client.forTenant("acme").upsert(text()));
      assertThat(failure.getClass().getSimpleName()).isEqualTo(type);
      assertThat(failure).hasMessageContaining(text).hasMessageContaining("upsert");
      assertThat(failure.retryable()).isFalse();
      assertThat(failure.attempts()).isOne();
    }
    assertThat(channel.requests()).hasSize(1);
    assertThat(heard).contains("upsert REFUSED 1");
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateStatus.class,
      names = {"WaitTimeout", "ClockRejected", "UnknownUpdateStatus"})
  void aWriteWithoutAnEndIsNotDone(UpdateStatus status) {
    PointsOperationResponse unfinished = PointsOperationResponse.newBuilder()
        .setResult(UpdateResult.newBuilder().setStatus(status))
        .build();
    channel.answers(unfinished);
    try (TenantClient client = client()) {
      client.forTenant("acme").upsert(text());
      assertThat(channel.requests()).hasSize(2);
      channel.answers(unfinished).answers(unfinished).answers(unfinished);
      assertThatExceptionOfType(TenantClientException.OutcomeUnknown.class)
          .isThrownBy(() -> client.forTenant("acme").upsert(text()))
          .withMessage("upsert: Qdrant answered " + status)
          .satisfies(e -> assertThat(e.attempts()).isEqualTo(3))
          .satisfies(e -> assertThat(e.retryable()).isTrue());
    }
  }

  @Test
  void aReadThatFailsChangesNothingAndAWriteMayHave() {
    Status lost = Status.UNAVAILABLE.withDescription("Network closed");
    channel.fails(lost).fails(lost).fails(lost);
    try (TenantClient client = client()) {
      assertThatExceptionOfType(TenantClientException.Unavailable.class)
          .isThrownBy(() -> client.forTenant("acme").count());
      channel.fails(lost).fails(lost).fails(lost);
      assertThatExceptionOfType(TenantClientException.OutcomeUnknown.class)
          .isThrownBy(() -> client.forTenant("acme").deleteAll());
    }
  }

  @Test
  void waitsAsLongAsTheServerAsks() {
    Metadata trailers = new Metadata();
    trailers.put(Metadata.Key.of("retry-after", Metadata.ASCII_STRING_MARSHALLER), "3600");
    channel.fails(Status.RESOURCE_EXHAUSTED.withDescription("limit"), trailers);
    try (TenantClient client = client()) {
      assertThatExceptionOfType(TenantClientException.RateLimited.class)
          .as("an hour is more than the budget")
          .isThrownBy(() -> client.forTenant("acme").count())
          .satisfies(e -> assertThat(e.retryAfter()).hasHours(1))
          .satisfies(e -> assertThat(e.attempts()).isOne());
    }
  }

  @Test
  void refusesServersThatWouldIgnoreTheFallback() {
    channel.version("1.15.5");
    try (TenantClient client = client()) {
      assertThatExceptionOfType(TenantClientException.UnsupportedServer.class)
          .isThrownBy(() -> client.forTenant("acme").count())
          .withMessage(
              "Qdrant 1.15.5 is older than 1.16.0: it ignores the fallback of a shard key selector");
      assertThat(channel.requests()).isEmpty();
      channel.version("1.16.0");
      assertThat(client.forTenant("acme").count()).isZero();
    }
  }

  @Test
  void refusesCallsOnceClosed() {
    TenantClient client = client();
    client.close();
    assertThatExceptionOfType(TenantClientException.Closed.class)
        .isThrownBy(() -> client.forTenant("acme").count());
  }

  @Test
  void reportsAServerThatIsNotThere() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ClientConfig config = ClientConfig.builder("kb")
        .url("http://127.0.0.1:" + port)
        .retry(ClientRig.QUICK.withMaxAttempts(2))
        .build();
    try (TenantClient client = TenantClient.connect(config)) {
      assertThatExceptionOfType(TenantClientException.Unavailable.class)
          .isThrownBy(() -> client.forTenant("acme").upsert(text()));
      assertThatExceptionOfType(TenantClientException.Unavailable.class).isThrownBy(client::health);
    }
  }

  @Test
  void usesTheOtherPeersWhileOneStandsStillOrIsGone() {
    try (ClientRig rig = ClientRig.start()) {
      TenantPoints acme = rig.client.forTenant("acme");
      acme.upsert(ClientRig.point(1));
      // The fallback is on one of them: another one is out of order.
      int home = homeOfTheFallback(rig);
      rig.qdrant().peers().get((home + 1) % 3).kill();
      for (int i = 0; i < 6; i++) {
        assertThat(acme.count()).isOne();
      }
    }
  }

  private static int homeOfTheFallback(ClientRig rig) {
    for (int i = 0; i < 3; i++) {
      var info = io.qdrant.client.grpc.CollectionsGrpc.newBlockingStub(
              rig.qdrant().peers().get(i).channel())
          .collectionClusterInfo(
              io.qdrant.client.grpc.Collections.CollectionClusterInfoRequest.newBuilder()
                  .setCollectionName(ClientRig.COLLECTION)
                  .build());
      if (info.getLocalShardsCount() > 0) {
        return i;
      }
    }
    throw new AssertionError("no peer has the fallback");
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      names = {"LOSE_CALL", "LOSE_ANSWER", "SWALLOW_CALL", "SWALLOW_ANSWER", "DOUBLE_CALL"})
  void noFaultOfOneCallLosesAWrite(Fault.Kind kind) {
    EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults().withPeers(1));
    try (qdrant;
        TenantClient client = TenantClient.connect(ClientRig.config(qdrant).build())) {
      client.collection().create();
      TenantPoints acme = client.forTenant("acme");
      qdrant.faults().add(Fault.of(kind, "upsert", 1));
      acme.upsert(ClientRig.point(1));
      assertThat(qdrant.faults().injected()).hasSize(1);
      assertThat(acme.count()).isOne();
      qdrant.faults().add(Fault.of(kind, "delete", 1));
      acme.deleteAll();
      assertThat(acme.count()).isZero();
    }
  }
}
