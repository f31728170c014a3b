package io.tierkeeper.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchWriterTest {

  private ClientRig rig;
  private TenantPoints acme;

  @BeforeEach
  void start() {
    rig = ClientRig.start();
    acme = rig.client.forTenant("acme");
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  @Test
  void writesAllPoints() {
    try (BatchWriter writer =
        acme.batchWriter(BatchOptions.DEFAULT.withBatchSize(100).withMaxInFlight(3))) {
      for (int i = 0; i < 1_050; i++) {
        writer.add(ClientRig.point(i));
      }
      writer.flush();
      assertThat(writer.progress()).isEqualTo(new BatchWriter.Progress(1_050, 0, 11, 0));
    }
    assertThat(acme.count()).isEqualTo(1_050);
  }

  @Test
  void keepsTheLastVersionOfAnIdThatIsAddedAgain() {
    try (BatchWriter writer =
        acme.batchWriter(BatchOptions.DEFAULT.withBatchSize(10).withMaxInFlight(8))) {
      for (int version = 0; version < 200; version++) {
        for (int id = 0; id < 5; id++) {
          writer.add(Point.of(PointId.of(id), ClientRig.vector(id), Map.of("version", version)));
        }
      }
    }
    assertThat(acme.stream(null, 10, Shown.PAYLOAD))
        .hasSize(5)
        .allSatisfy(point -> assertThat(point.payload()).isEqualTo(Map.of("version", 199L)));
  }

  @Test
  void sendsABatchBeforeItIsTooLarge() {
    try (BatchWriter writer = acme.batchWriter(BatchOptions.DEFAULT.withMaxBatchBytes(1_000))) {
      for (int i = 0; i < 30; i++) {
        writer.add(ClientRig.point(i));
      }
      writer.flush();
      assertThat(writer.progress().batches()).isGreaterThan(3);
    }
    assertThat(acme.count()).isEqualTo(30);
  }

  @Test
  void holdsTheProducerBackWhileQdrantStandsStill() throws InterruptedException {
    rig.qdrant().peers().forEach(peer -> peer.pause());
    AtomicReference<BatchWriter> used = new AtomicReference<>();
    Thread producer = new Thread(() -> {
      try (BatchWriter writer =
          acme.batchWriter(BatchOptions.DEFAULT.withBatchSize(10).withMaxInFlight(2))) {
        used.set(writer);
        for (int i = 0; i < 100; i++) {
          writer.add(ClientRig.point(i));
        }
      }
    });
    producer.start();
    Awaitility.await().until(() -> producer.getState() == Thread.State.WAITING);
    // Two batches that were sent and the third, which waits for a place.
    assertThat(Objects.requireNonNull(used.get()).progress().inFlight()).isEqualTo(30);
    rig.qdrant().peers().forEach(peer -> peer.resume());
    producer.join();
    assertThat(Objects.requireNonNull(used.get()).progress().written()).isEqualTo(100);
    assertThat(acme.count()).isEqualTo(100);
  }

  @Test
  void throwsTheFirstFailureAndSendsNothingMore() {
    rig.client.forTenant("other").upsert(ClientRig.point(3));
    BatchWriter writer = acme.batchWriter(BatchOptions.DEFAULT.withBatchSize(5).withMaxInFlight(1));
    assertThatExceptionOfType(TenantClientException.IdConflict.class)
        .isThrownBy(() -> {
          for (int i = 0; i < 100; i++) {
            writer.add(ClientRig.point(i));
          }
        })
        .satisfies(e -> assertThat(e.ids()).containsExactly(PointId.of(3)));
    assertThatExceptionOfType(TenantClientException.IdConflict.class).isThrownBy(writer::flush);
    writer.close();
    assertThat(writer.progress().failed()).isGreaterThanOrEqualTo(5);
  }

  @Test
  void throwsTheFailureOfItsBodyFromATryWithResources() {
    rig.client.forTenant("other").upsert(ClientRig.point(3));
    assertThatExceptionOfType(TenantClientException.IdConflict.class).isThrownBy(() -> {
      try (BatchWriter writer =
          acme.batchWriter(BatchOptions.DEFAULT.withBatchSize(5).withMaxInFlight(1))) {
        for (int i = 0; i < 100; i++) {
          writer.add(ClientRig.point(i));
        }
      }
    });
  }

  @Test
  void throwsAFailureThatWasNotThrownYetWhenItIsClosed() {
    rig.client.forTenant("other").upsert(ClientRig.point(3));
    BatchWriter writer = acme.batchWriter(BatchOptions.DEFAULT);
    writer.add(ClientRig.point(3));
    assertThatExceptionOfType(TenantClientException.IdConflict.class).isThrownBy(writer::close);
  }

  @Test
  void givesFailuresToTheHandlerAndContinues() {
    rig.client.forTenant("other").upsert(ClientRig.point(3));
    List<BatchWriter.Failure> failures = new CopyOnWriteArrayList<>();
    try (BatchWriter writer =
        acme.batchWriter(BatchOptions.DEFAULT.withBatchSize(10)).onFailure(failures::add)) {
      for (int i = 0; i < 50; i++) {
        writer.add(ClientRig.point(i));
      }
      writer.flush();
      assertThat(writer.progress()).isEqualTo(new BatchWriter.Progress(40, 10, 4, 0));
    }
    assertThat(failures).singleElement().satisfies(failure -> {
      assertThat(failure.points()).hasSize(10);
      assertThat(failure.cause()).isInstanceOf(TenantClientException.IdConflict.class);
    });
    assertThat(acme.count()).isEqualTo(49);
  }

  @Test
  void leavesAnotherTenantsPointAloneWithoutTheCheckAsWell() {
    rig.client.forTenant("other").upsert(ClientRig.point(3));
    try (BatchWriter writer = acme.batchWriter(BatchOptions.DEFAULT.withChecksIds(false))) {
      writer.add(Point.of(PointId.of(3), ClientRig.vector(9), Map.of("stolen", true)));
    }
    assertThat(acme.count()).isZero();
    assertThat(rig.client.forTenant("other").get(List.of(PointId.of(3))).get(0).payload())
        .isEqualTo(Map.of("number", 3L));
  }

  @Test
  void refusesPointsOnceClosed() {
    BatchWriter writer = acme.batchWriter(BatchOptions.DEFAULT);
    writer.close();
    assertThatExceptionOfType(TenantClientException.Closed.class)
        .isThrownBy(() -> writer.add(ClientRig.point(1)));
  }
}
