package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.Message;
import io.grpc.Status;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.GetResponse;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.UpsertPoints;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Writes wait while the marker point is hidden, reads do not. */
class FenceTest {

  private static final GetResponse OPEN =
      GetResponse.newBuilder().addResult(RetrievedPoint.getDefaultInstance()).build();
  private static final GetResponse RAISED = GetResponse.newBuilder()
      .addResult(RetrievedPoint.newBuilder()
          .putPayload(FencePoint.RAISED, Values.text("what the point had")))
      .build();
  private static final GetResponse ABSENT = GetResponse.getDefaultInstance();

  private final RecordingChannel channel = new RecordingChannel();
  private final AtomicInteger fenced = new AtomicInteger();

  private TenantClient client(RetryPolicy retry) {
    return TenantClient.over(
        ClientConfig.builder("kb")
            .fence(new FencePoint("tokens", PointId.of(7)))
            .retry(retry)
            .listener(new CallListener() {
              @Override
              public void fenced(String operation) {
                fenced.incrementAndGet();
              }
            })
            .build(),
        channel);
  }

  private static Point point() {
    return Point.of(PointId.of("doc-1"), new float[] {1, 0}, Map.of());
  }

  private List<Class<?>> sent() {
    return channel.requests().stream().<Class<?>>map(Message::getClass).toList();
  }

  @Test
  void oneLookServesTheWritesThatFollow() {
    channel.answers(OPEN);
    try (TenantClient client = client(ClientRig.QUICK)) {
      client.forTenant("acme").upsert(point());
      client.forTenant("other").upsert(point());
    }
    assertThat(sent()).containsExactly(GetPoints.class, UpsertPoints.class, UpsertPoints.class);
    GetPoints look = (GetPoints) channel.requests().get(0);
    assertThat(look.getCollectionName()).isEqualTo("tokens");
    assertThat(look.getIds(0).getNum()).isEqualTo(7);
    assertThat(fenced).hasValue(0);
  }

  @Test
  void holdsAWriteUntilTheFenceIsLifted() {
    channel.answers(RAISED);
    try (TenantClient client = client(ClientRig.QUICK)) {
      CompletableFuture<Void> write = client.forTenant("acme").async().upsert(List.of(point()));
      assertThat(write).isNotDone();
      assertThat(sent()).containsExactly(GetPoints.class);
      channel.answers(ABSENT).answers(RAISED).answers(OPEN);
      Calls.join(write);
    }
    assertThat(sent())
        .containsExactly(
            GetPoints.class, GetPoints.class, GetPoints.class, GetPoints.class, UpsertPoints.class);
    assertThat(fenced).hasValue(1);
  }

  @Test
  void doesNotHoldReads() {
    try (TenantClient client = client(ClientRig.QUICK)) {
      assertThat(client.forTenant("acme").count()).isZero();
    }
    assertThat(sent()).doesNotContain(GetPoints.class);
  }

  @Test
  void givesUpAWriteThatIsHeldForTooLong() {
    try (TenantClient client = client(ClientRig.QUICK.withMaxFence(Duration.ofMillis(300)))) {
      assertThatExceptionOfType(TenantClientException.WritesFenced.class)
          .isThrownBy(() -> client.forTenant("acme").upsert(point()))
          .withMessageContaining("the fence tokens/7")
          .satisfies(e -> assertThat(e.retryable()).isTrue());
    }
    assertThat(sent()).isNotEmpty().containsOnly(GetPoints.class);
  }

  @Test
  void doesNotWriteWhileItIsUnknownWhetherTheFenceIsRaised() {
    Status down = Status.UNAVAILABLE.withDescription("down");
    channel.fails(down).fails(down);
    try (TenantClient client = client(ClientRig.QUICK.withMaxAttempts(2))) {
      assertThatExceptionOfType(TenantClientException.Unavailable.class)
          .isThrownBy(() -> client.forTenant("acme").upsert(point()));
      assertThat(sent()).containsExactly(GetPoints.class, GetPoints.class);
    }
  }

  @Test
  void looksAgainBeforeARepeatedWriteThatComesLater() {
    channel.answers(OPEN).fails(Status.UNAVAILABLE.withDescription("down"));
    channel.answers(RAISED).answers(OPEN);
    // The look that the first attempt relied on is too old for the second.
    RetryPolicy slow =
        ClientRig.QUICK.withBackOff(Duration.ofMillis(2_500), Duration.ofMillis(2_500));
    try (TenantClient client = client(slow)) {
      client.forTenant("acme").upsert(point());
    }
    assertThat(sent())
        .containsExactly(
            GetPoints.class,
            UpsertPoints.class,
            GetPoints.class,
            GetPoints.class,
            UpsertPoints.class);
  }

  @Test
  void repeatsCallsWhoseTokenIsRefusedWhileTheMarkerIsHidden() {
    Status refused =
        Status.UNAUTHENTICATED.withDescription("Invalid JWT, stateful validation failed");
    channel.fails(refused).fails(refused).fails(refused);
    ClientConfig config =
        ClientConfig.builder("kb").retry(ClientRig.QUICK.withMaxAttempts(2)).build();
    try (TenantClient client = TenantClient.over(config, channel)) {
      client.forTenant("acme").upsert(point());
      assertThat(sent()).hasSize(4).containsOnly(UpsertPoints.class);
    }
  }
}
