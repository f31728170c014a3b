package io.tierkeeper.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.client.PointId;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From one model to another, while requests arrive and processes end. */
class ModelChangeTest {

  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  private Rig rig;

  @BeforeEach
  void start() throws SQLException {
    rig =
        Rig.start("EMBEDDING_MODELS", "hash-a=64@mock,hash-b=96@mock", "EMBEDDING_MODEL", "hash-a");
    for (String asset : List.of("one", "two", "three")) {
      rig.submit("acme", Kind.EMBED, asset, Rig.text(asset, 2));
    }
    rig.submit("other", Kind.EMBED, "four", Rig.text("four", 2));
    rig.drain();
  }

  @AfterEach
  void stop() {
    rig.close();
  }

  private ModelChange.Step step() throws SQLException {
    return rig.parts().change().step();
  }

  @Test
  void searchesSwitchWhenEachAssetHasTheNewVector() throws SQLException {
    assertThat(step()).isEqualTo(new ModelChange.Step(0, false));
    rig.restart("EMBEDDING_MODEL", "hash-b");
    assertThat(rig.parts().change().current())
        .isEqualTo(new ModelChange.Current("hash-a", "hash-b"));
    assertThat(step()).isEqualTo(new ModelChange.Step(4, false));
    assertThat(step())
        .as("the same assets are not enqueued twice")
        .isEqualTo(new ModelChange.Step(0, false));
    assertThat(rig.parts().jobs().backlog().assetsWithoutTarget()).isEqualTo(4);

    // Half of it: searches use the old vector, and find what came before and during the change.
    rig.worker().runOne();
    rig.submit("acme", Kind.EMBED, "five", "five words that came during the change");
    assertThat(step().switched()).isFalse();
    assertThat(rig.search("acme", "sentence")).containsExactly("one", "three", "two");
    rig.drain();
    assertThat(rig.search("acme", "sentence")).containsExactly("five", "one", "three", "two");
    assertThat(rig.parts().change().current().serving()).isEqualTo("hash-a");

    assertThat(step()).isEqualTo(new ModelChange.Step(0, true));
    assertThat(rig.parts().change().current())
        .isEqualTo(new ModelChange.Current("hash-b", "hash-b"));
    assertThat(rig.search("acme", "sentence")).containsExactly("five", "one", "three", "two");
    assertThat(rig.search("other", "sentence")).containsExactly("four");
    assertThat(rig.points("acme", "embed", "one"))
        .hasSize(2)
        .allSatisfy(point -> assertThat(point.vectors()).containsOnlyKeys("hash-a", "hash-b"));
    rig.submit("acme", Kind.EMBED, "six", "after the change");
    rig.drain();
    assertThat(rig.points("acme", "embed", "six").getFirst().vectors()).containsOnlyKeys("hash-b");
  }

  @Test
  void theWayBackIsTheSame() throws SQLException {
    rig.restart("EMBEDDING_MODEL", "hash-b");
    step();
    rig.drain();
    assertThat(step().switched()).isTrue();
    rig.submit("acme", Kind.EMBED, "new", "only the vector of hash-b");
    rig.drain();
    rig.restart("EMBEDDING_MODEL", "hash-a");
    assertThat(step())
        .as("only the new asset lacks hash-a")
        .isEqualTo(new ModelChange.Step(1, false));
    rig.drain();
    assertThat(step().switched()).isTrue();
    assertThat(rig.search("acme", "sentence")).containsExactly("new", "one", "three", "two");
  }

  /** The switch would hide the asset of a job that has begun with the old model alone. */
  @Test
  void aJobThatBeganBeforeTheChangeHoldsTheSwitch() throws SQLException {
    rig.submit("acme", Kind.EMBED, "late", "a late text");
    Claim claim = rig.parts().jobs().claim(rig.settings().lease()).orElseThrow();
    assertThat(claim.models()).containsExactly("hash-a");
    rig.restart("EMBEDDING_MODEL", "hash-b");
    step();
    rig.drain();
    assertThat(step().switched()).isFalse();
    rig.letTimePass();
    rig.drain();
    assertThat(step().switched()).isTrue();
    assertThat(rig.search("acme", "late")).contains("late");
  }

  @Test
  void aChangeThatIsKilledAtAnyStepContinues() throws SQLException {
    rig.restart("EMBEDDING_MODEL", "hash-b");
    // One step before the first end, two before the second: each step is the last one at some time.
    int[] left = {1};
    int[] ends = {1};
    rig.at(step -> {
      if (left[0]-- == 0) {
        left[0] = ++ends[0];
        throw new Killed();
      }
    });
    int killed = 0;
    while (!rig.parts().change().current().serving().equals("hash-b")) {
      try {
        step();
        rig.drain();
      } catch (Killed e) {
        killed++;
        rig.letTimePass();
        assertThat(rig.parts().change().current().serving()).isIn("hash-a", "hash-b");
        assertThat(rig.search("acme", "sentence")).containsExactly("one", "three", "two");
      }
    }
    assertThat(killed).isGreaterThan(5);
    assertThat(rig.count("SELECT COUNT(*) FROM job WHERE state <> 'Succeeded'")).isZero();
    assertThat(rig.search("acme", "sentence")).containsExactly("one", "three", "two");
    assertThat(rig.search("other", "sentence")).containsExactly("four");
    assertThat(rig.points("acme", "embed", "one")).hasSize(2);
  }

  @Test
  void pointsThatAreMissingAreWrittenAnew() throws SQLException {
    PointId lost = SegmentIndex.id("acme", "embed", "one", 0);
    rig.parts().client().forTenant("acme").delete(List.of(lost));
    rig.execute("UPDATE asset SET models = ',earlier,hash-a,'");
    rig.restart("EMBEDDING_MODEL", "hash-b");
    step();
    rig.drain();
    assertThat(step().switched()).isTrue();
    assertThat(rig.count("SELECT COUNT(*) FROM asset WHERE models = ',hash-a,hash-b,'"))
        .as("the points that were written anew lack the vectors of earlier models")
        .isEqualTo(1);
    assertThat(rig.count("SELECT COUNT(*) FROM asset WHERE models = ',earlier,hash-a,hash-b,'"))
        .isEqualTo(3);
    assertThat(rig.points("acme", "embed", "one"))
        .hasSize(2)
        .allSatisfy(point -> assertThat(point.vectors()).containsOnlyKeys("hash-a", "hash-b"));
  }

  @Test
  void aFailedBackfillHoldsTheSwitch() throws SQLException {
    rig.restart("EMBEDDING_MODEL", "hash-b");
    step();
    Claim claim = rig.parts().jobs().claim(rig.settings().lease()).orElseThrow();
    rig.parts().jobs().fail(claim, "failed by the test");
    rig.drain();
    assertThat(step()).isEqualTo(new ModelChange.Step(0, false));
    assertThat(rig.parts().jobs().backlog().assetsWithoutTarget()).isEqualTo(1);

    // As README.md has it.
    rig.execute("DELETE FROM job WHERE kind = 'Backfill' AND state = 'Failed'");
    assertThat(step()).isEqualTo(new ModelChange.Step(1, false));
    rig.drain();
    assertThat(step().switched()).isTrue();
  }

  @Test
  void aModelWithoutAVectorInTheCollectionIsRefused() {
    assertThatThrownBy(() -> rig.restart("EMBEDDING_MODELS", "hash-a=64@mock,new=8@mock"))
        .isInstanceOf(Variables.InvalidSetting.class)
        .hasMessageContaining("EMBEDDING_MODELS has [mock, hash-a, new]")
        .hasMessageContaining("has the vectors [hash-a, hash-b, mock]");
  }
}
