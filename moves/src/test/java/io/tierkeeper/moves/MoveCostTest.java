package io.tierkeeper.moves;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.engine.MoveEngine;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Counts that read every point of a tenant are as many for a large tenant as for a small one, however many steps it takes. */
class MoveCostTest {

  private record Cost(int steps, int counts) {}

  /** A clock that is so fast that a step deals with 256 points at most. */
  private static final class FastClock implements InstantSource {
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");

    @Override
    public Instant instant() {
      now = now.plusMillis(400);
      return now;
    }
  }

  private static Cost move(
      Direction direction, int points, UnaryOperator<MoveSignals> signals, MovePhase expected) {
    try (MoveRig rig = new MoveRig()) {
      if (direction == Direction.DEMOTE) {
        rig.loadDedicated(points);
      } else {
        rig.load(points);
      }
      AtomicInteger counts = new AtomicInteger();
      InterceptedCluster counted =
          new InterceptedCluster(rig.cluster, (peer, method, args, next) -> {
            if (method.getName().equals("count")) {
              counts.incrementAndGet();
            }
            return next.go();
          });
      Move move = rig.move(
          direction,
          MoveRig.settings(draft -> draft
              .settle(Duration.ofSeconds(1))
              .deleteBatch(64)
              .moveDeadline(Duration.ofHours(2))
              .demotion(draft.demotion().with(demotion -> demotion.maxWait(Duration.ofHours(2))))));
      MoveEngine engine = new MoveEngine(counted, rig.audit, new FastClock(), Leadership.always());
      AtomicInteger steps = new AtomicInteger();
      MoveJournal journal = MoveJournal.initial();
      Progress progress;
      do {
        progress = engine.advance(move, journal, signals.apply(signals(journal)), written -> {});
        journal = progress.journal();
        steps.incrementAndGet();
        if (progress instanceof Progress.Wait) {
          MoveRig.pause(Duration.ofMillis(20));
        }
      } while (!(progress instanceof Progress.Finished) && steps.get() < 3_000);
      assertThat(progress.phase()).as("%s", progress).isEqualTo(expected);
      return new Cost(steps.get(), counts.get());
    }
  }

  private static MoveSignals signals(MoveJournal journal) {
    return journal.header().step() == MoveStep.CREATE_OWN_KEYS
        ? MoveRig.go().abort()
        : MoveRig.go();
  }

  private static void costsNoMore(Direction direction, boolean abort, MovePhase expected) {
    UnaryOperator<MoveSignals> signals = asked -> abort ? asked : MoveRig.go();
    Cost small = move(direction, 1_000, signals, expected);
    Cost large = move(direction, 3_000, signals, expected);
    assertThat(large.steps()).isGreaterThan(small.steps() + 10);
    assertThat(large.counts()).as("%s, %s", small, large).isLessThanOrEqualTo(20);
    assertThat(large.counts()).as("%s, %s", small, large).isLessThanOrEqualTo(small.counts() + 2);
  }

  @Test
  void countsOfADemotionDoNotDependOnItsSteps() {
    costsNoMore(Direction.DEMOTE, false, MovePhase.SUCCEEDED);
  }

  @Test
  void countsOfAnAbortedDemotionDoNotDependOnItsSteps() {
    costsNoMore(Direction.DEMOTE, true, MovePhase.ABORTED);
  }

  @Test
  void countsOfAPromotionDoNotDependOnItsSteps() {
    costsNoMore(Direction.PROMOTE, false, MovePhase.SUCCEEDED);
  }
}
