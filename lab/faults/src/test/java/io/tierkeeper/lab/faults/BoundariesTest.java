package io.tierkeeper.lab.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.faults.inject.FaultKind;
import io.tierkeeper.lab.faults.inject.PlannedFault;
import io.tierkeeper.lab.faults.report.Verdict;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One scenario in every build; {@code ./tierkeeper prove} runs all of them. */
class BoundariesTest {

  @Test
  void aPromotionEndsTheSameWhicheverWriteHasAFault() {
    Boundaries boundaries = Boundaries.of(List.of(MoveScenario.PROMOTION), 1);
    List<String> writes = Objects.requireNonNull(boundaries.writes().get(MoveScenario.PROMOTION));
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
    Set<String> injected = new HashSet<>();
    for (FaultCase faultCase : boundaries.faultCases(Boundaries.OPEN_FATES)) {
      Verdict<FaultCase, FaultCaseRun.Outcome> verdict = faultCase.play();
      assertThat(verdict.findings()).as(faultCase.id()).isEmpty();
      injected.add(writes.get(faultCase.plannedFaults().getFirst().in() - 1));
    }
    assertThat(injected).containsExactlyInAnyOrderElementsOf(writes);
  }

  @Test
  void everyPairOfFaultsIsTriedOnceInAScenario() {
    Boundaries boundaries = Boundaries.of(List.of(MoveScenario.PROMOTION_ABORTED), 1);
    List<FaultPair> pairs = FaultPair.all(boundaries.writes(), 1);
    for (FaultPair pair : pairs) {
      for (FaultCase faultCase : pair.faultCases()) {
        assertThat(FaultPair.name(faultCase)).isEqualTo(pair.name());
        assertThat(faultCase.plannedFaults().stream().mapToInt(PlannedFault::in).sum())
            .isBetween(2, boundaries.existing());
      }
    }
    assertThat(pairs.stream().map(FaultPair::name))
        .doesNotHaveDuplicates()
        .hasSize(FaultKind.values().length * FaultKind.values().length);
  }

  @Test
  void aPairWhoseFirstFaultLeavesNoWriteIsTriedNearer() {
    FaultCase tooFar = FaultCase.of("freeze-aborted-early/1/2=answer-lost,40=clock-back/kept");
    FaultCase near = FaultCase.of("freeze-aborted-early/1/2=answer-lost,1=clock-back/kept");
    assertThat(FaultCase.injectedAll(tooFar.play())).isFalse();
    assertThat(new FaultPair(List.of(tooFar, near)).play().run()).isEqualTo(near);
  }
}
