package io.tierkeeper.operator.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaderElectionRecord;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.Lock;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.Test;

@NullUnmarked
class ObservedLockTest {

  private static final Duration LASTS = Duration.ofSeconds(15);
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-03-01T00:00:00Z");

  private final KubernetesClient unused = (KubernetesClient) Proxy.newProxyInstance(
      KubernetesClient.class.getClassLoader(),
      new Class<?>[] {KubernetesClient.class},
      (self, method, args) -> {
        throw new AssertionError(method.getName());
      });
  private final Stored stored = new Stored();
  private long nanos = 1_000_000_000L;
  private long recordedTerm;

  /** A lease of which only the record matters. */
  private static final class Stored implements Lock {
    private LeaderElectionRecord record;
    private boolean broken;

    @Override
    public LeaderElectionRecord get(KubernetesClient kubernetes) {
      return record;
    }

    @Override
    public void create(KubernetesClient kubernetes, LeaderElectionRecord next) {
      update(kubernetes, next);
    }

    @Override
    public void update(KubernetesClient kubernetes, LeaderElectionRecord next) {
      if (broken) {
        throw new KubernetesClientException("broken");
      }
      record = next;
    }

    @Override
    public String identity() {
      return "me";
    }

    @Override
    public String describe() {
      return "stored";
    }
  }

  private ObservedLock lock(Instant wallTime) {
    return new ObservedLock(
        stored,
        Duration.ofSeconds(10),
        Clock.fixed(wallTime, ZoneOffset.UTC),
        () -> nanos,
        () -> recordedTerm);
  }

  private static LeaderElectionRecord record(String holder, ZonedDateTime renewed) {
    return new LeaderElectionRecord(holder, LASTS, NOW, renewed, 3);
  }

  private static boolean runOut(LeaderElectionRecord record, ZonedDateTime now) {
    return now.isAfter(record.getRenewTime().plus(record.getLeaseDuration()));
  }

  @Test
  void anotherLeaseRunsOutWhenItHasNotChangedForItsDurationWhateverTheTimeOfDay() {
    ZonedDateTime ahead = NOW.plusHours(2);
    ObservedLock lock = lock(ahead.toInstant());
    stored.record = record("other", NOW);
    assertThat(runOut(lock.get(unused), ahead)).isFalse();
    nanos += Duration.ofSeconds(14).toNanos();
    assertThat(runOut(lock.get(unused), ahead)).isFalse();
    stored.record = record("other", NOW.plusSeconds(14));
    assertThat(runOut(lock.get(unused), ahead)).isFalse();
    nanos += Duration.ofSeconds(16).toNanos();
    assertThat(runOut(lock.get(unused), ahead)).isTrue();
  }

  @Test
  void aLeaseOfAHolderWhoseClockIsAheadRunsOutToo() {
    ObservedLock lock = lock(NOW.toInstant());
    stored.record = record("other", NOW.plusHours(2));
    assertThat(runOut(lock.get(unused), NOW)).isFalse();
    nanos += Duration.ofSeconds(16).toNanos();
    assertThat(runOut(lock.get(unused), NOW)).isTrue();
  }

  @Test
  void leadsUntilTheRenewDeadlineAfterTheLastRenewalThatWorked() {
    ObservedLock lock = lock(NOW.toInstant());
    assertThat(lock.leading()).isFalse();
    lock.create(unused, record("me", NOW));
    assertThat(lock.leading()).isTrue();
    assertThat(lock.term()).isEqualTo(4);
    nanos += Duration.ofSeconds(6).toNanos();
    stored.broken = true;
    Assertions.assertThatThrownBy(() -> lock.update(unused, record("me", NOW.plusSeconds(6))))
        .isInstanceOf(KubernetesClientException.class);
    assertThat(lock.leading()).isTrue();
    nanos += Duration.ofSeconds(4).toNanos();
    assertThat(lock.leading()).isFalse();
  }

  /** The audit trails refuse lines of an older term. */
  @Test
  void aLeaseThatWasDeletedOrRestoredContinuesAfterTheTermThatWasRecordedLast() {
    recordedTerm = 7;
    ObservedLock lock = lock(NOW.toInstant());
    lock.create(unused, record("me", NOW).toBuilder().leaderTransitions(0).build());
    assertThat(lock.term()).isEqualTo(8);
    assertThat(stored.record.getLeaderTransitions()).isEqualTo(7);

    ObservedLock taken = lock(NOW.toInstant());
    taken.update(unused, record("me", NOW));
    assertThat(taken.term()).isEqualTo(8);
    taken.update(unused, stored.record);
    assertThat(taken.term()).as("the same leader").isEqualTo(8);

    recordedTerm = 2;
    ObservedLock usual = lock(NOW.toInstant());
    usual.update(unused, record("me", NOW));
    assertThat(usual.term()).isEqualTo(4);
  }

  @Test
  void theTermOfALeaderWhoseLeaseIsDeletedStays() {
    ObservedLock lock = lock(NOW.toInstant());
    lock.update(unused, record("me", NOW));
    assertThat(lock.term()).isEqualTo(4);
    recordedTerm = 4;
    lock.create(unused, record("me", NOW).toBuilder().leaderTransitions(0).build());
    assertThat(lock.term()).isEqualTo(4);
    assertThat(stored.record.getLeaderTransitions()).isEqualTo(3);
  }
}
