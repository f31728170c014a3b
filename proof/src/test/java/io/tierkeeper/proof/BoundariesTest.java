package io.tierkeeper.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One course in every build; {@code ./tierkeeper prove} plays all of them. */
class BoundariesTest {

  @Test
  void aPromotionEndsTheSameWhicheverWriteIsStruck() {
    Boundaries boundaries = Boundaries.of(List.of(Course.PROMOTION), 1);
    List<String> writes = Objects.requireNonNull(boundaries.writes().get(Course.PROMOTION));
    assertThat(writes)
        .doesNotHaveDuplicates()
        .contains(
            "audit started 1",
            "journal CreateKey 1",
            "audit step-intended CreateKey 1",
            "qdrant createShardKey 1",
            "qdrant replicatePoints 1",
            "qdrant delete 1",
            "audit finished 1");
    Set<String> struck = new HashSet<>();
    for (Trial trial : boundaries.trials()) {
      Trial.Verdict verdict = trial.play();
      assertThat(verdict.faults()).as(trial.id()).isEmpty();
      struck.add(writes.get(trial.strikes().getFirst().in() - 1));
    }
    assertThat(struck).containsExactlyInAnyOrderElementsOf(writes);
  }

  @Test
  void everyPairOfMishapsIsTriedOnceInACourse() {
    Boundaries boundaries = Boundaries.of(List.of(Course.PROMOTION_ABORTED), 1);
    Set<List<Mishap>> pairs = new HashSet<>();
    List<Trial> trials = FaultPairs.trials(boundaries.writes(), 1);
    for (Trial trial : trials) {
      pairs.add(trial.strikes().stream().map(Outbound.Strike::mishap).toList());
      assertThat(trial.strikes().stream().mapToInt(Outbound.Strike::in).sum())
          .isBetween(2, boundaries.existing());
    }
    assertThat(pairs)
        .hasSize(trials.size())
        .hasSize(Mishap.values().length * Mishap.values().length);
  }
}
