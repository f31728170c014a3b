package io.tierkeeper.lab.qdrant.emulator;

import static io.tierkeeper.lab.qdrant.emulator.ClientSide.failure;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.key;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.ok;
import static io.tierkeeper.lab.qdrant.emulator.ClientSide.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Points.CountPoints;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.lab.qdrant.emulator.calls.MutatingCall;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Planned faults are injected into the call they name, once, and the log tells what was performed. */
class FaultPlanTest {

  private final EmulatedQdrant qdrant = EmulatedQdrant.start(EmulatorOptions.defaults());
  private final ClientSide client = new ClientSide(qdrant, "kb");

  @BeforeEach
  void createCollection() {
    client.createWithFallback();
  }

  @AfterEach
  void close() {
    client.close();
    qdrant.close();
  }

  @Test
  void losesTheSecondCall() {
    qdrant.faults().add(Fault.of(Fault.Kind.LOSE_CALL, "upsert", 2));
    client.upsert(0, key("default"), point(1, "a"));
    Status lost = failure(() -> client.upsert(0, key("default"), point(2, "a")));
    client.upsert(0, key("default"), point(3, "a"));
    assertThat(lost.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(client.ids(0, key("default"))).containsExactlyInAnyOrder(1L, 3L);
    assertThat(qdrant.faults().injected()).hasSize(1);
  }

  @Test
  void losesTheAnswerOfACallThatIsPerformed() {
    qdrant.faults().add(Fault.of(Fault.Kind.LOSE_ANSWER, "create_shard_key", 1));
    Status lost = failure(() -> client.createKey("acme", ReplicaState.Active, 1));
    assertThat(lost.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(client.state(0, "acme")).isEqualTo(ReplicaState.Active);
    MutatingCall last = qdrant.calls().getLast();
    assertThat(last.verb()).isEqualTo("create_shard_key");
    assertThat(last.outcome()).isEqualTo("ok");
  }

  @Test
  void performsACallTwice() {
    qdrant.faults().add(Fault.of(Fault.Kind.DOUBLE_CALL, "create_shard_key", 1));
    Status second = failure(() -> client.createKey("acme", ReplicaState.Active, 1));
    assertThat(second.getDescription())
        .isEqualTo("Bad request: Sharding key \"acme\" already exists for collection kb");
    assertThat(client.state(0, "acme")).isEqualTo(ReplicaState.Active);
  }

  @Test
  void appliesToAnyChangeAndLeavesReadsAlone() {
    qdrant.faults().add(Fault.of(Fault.Kind.LOSE_CALL, Fault.ANY_CHANGE, 1));
    assertThat(client.count(0, key("default"))).isZero();
    assertThat(failure(() -> client.createKey("acme", ReplicaState.Active, 1)).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    assertThat(qdrant.calls().getLast().outcome()).isEqualTo("lost");
  }

  @Test
  void leavesTheClientToItsDeadlineWhileAPeerIsPausedOrACallIsSwallowed() {
    qdrant.faults().add(Fault.of(Fault.Kind.SWALLOW_ANSWER, "count", 1));
    assertThat(countWithin(Duration.ofMillis(300)).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    qdrant.peer(client.peerId(0)).pause();
    assertThat(countWithin(Duration.ofMillis(300)).getCode())
        .isEqualTo(Status.Code.DEADLINE_EXCEEDED);
    qdrant.peer(client.peerId(0)).resume();
    assertThat(countWithin(Duration.ofSeconds(10)).getCode()).isEqualTo(Status.Code.OK);
  }

  private Status countWithin(Duration deadline) {
    CountPoints count = CountPoints.newBuilder()
        .setCollectionName("kb")
        .setShardKeySelector(key("default"))
        .build();
    try {
      ok(client
          .peer(0)
          .grpcClient()
          .points()
          .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
          .count(count));
      return Status.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus();
    }
  }

  @Test
  void delaysACall() {
    qdrant
        .faults()
        .add(new Fault(Fault.Kind.DELAY_CALL, "upsert", 1, null, Duration.ofMillis(200)));
    long start = System.nanoTime();
    client.upsert(0, key("default"), point(1, "a"));
    Assertions.assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThan(Duration.ofMillis(199));
  }

  @Test
  void answersAgainOnTheSamePortAfterARestart() {
    client.upsert(0, key("default"), point(1, "a"));
    qdrant.peer(client.peerId(0)).kill();
    assertThat(failure(() -> client.count(0, key("default"))).getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
    qdrant.peer(client.peerId(0)).restart();
    try (ClientSide fresh = new ClientSide(qdrant, "kb")) {
      assertThat(fresh.ids(0, key("default"))).containsExactly(1L);
    }
  }
}
