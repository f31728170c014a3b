package io.tierkeeper.migrate;

import static io.tierkeeper.migrate.SourceLayouts.FIELD;
import static io.tierkeeper.migrate.SourceLayouts.point;
import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.migrate.MigrationSpec.Ids;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.contract.EmulatedBackend;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration that ends at any of its mutating calls and is repeated by another process loses nothing. */
@Timeout(300)
class MigrationFaultsTest {

  /** The first failure of a call ends the process. */
  private static final MigrationSettings FRAGILE =
      new MigrationSettings(Duration.ZERO, Duration.ZERO, 5, false);

  private static final ShardSelector ROUTED =
      ShardSelector.withFallback(ShardKey.of("t0"), ShardKey.of("default"));

  private static final EmulatorOptions OPTIONS =
      EmulatorOptions.defaults().withPeers(1).withConsensusLag(Duration.ZERO);

  @ParameterizedTest
  @EnumSource(
      value = Fault.Kind.class,
      names = {"LOSE_CALL", "LOSE_ANSWER"})
  void mayEndAtEachMutatingCall(Fault.Kind kind) {
    int nth = 1;
    while (endsAt(kind, nth)) {
      nth++;
    }
    assertThat(nth).as("mutating calls of a migration").isGreaterThan(20);
  }

  /** Whether there is a mutating call of this number. */
  private boolean endsAt(Fault.Kind kind, int nth) {
    try (EmulatedBackend backend = EmulatedBackend.startWithoutPorts(OPTIONS)) {
      SourceLayouts layouts = new SourceLayouts(backend);
      for (String tenant : List.of("t0", "t1")) {
        layouts.automatic("docs_" + tenant, 2);
        layouts
            .port()
            .upsert(Upsert.of(
                "docs_" + tenant,
                ShardSelector.all(),
                LongStream.range(0, 60)
                    .mapToObj(id -> point(PointId.of(id), tenant, 1))
                    .toList()));
      }
      backend.emulated().faults().add(Fault.of(kind, Fault.ANY_CHANGE, nth));
      run(backend, Migration::copy);
      run(backend, migration -> migration.switchTo("kb"));
      // May be the call that fails, which a client would repeat.
      retry(() -> changeThroughAlias(layouts));
      run(backend, Migration::back);
      assertThat(layouts.payloads("docs_t0")).hasSize(60);
      assertThat(layouts.payloads("docs_t0").get(PointId.of(1))).containsEntry("version", 2L);
      run(backend, Migration::copy);
      run(backend, migration -> migration.switchTo("kb"));
      run(backend, migration -> migration.finish(false));
      assertThat(layouts.collections()).containsExactly("tiered");
      assertThat(layouts.payloads("kb")).hasSize(120);
      assertThat(layouts.port().describe("tiered").orElseThrow().metadata()).isEmpty();
      return !backend.emulated().faults().injected().isEmpty();
    }
  }

  private static void retry(Runnable call) {
    try {
      call.run();
    } catch (QdrantException e) {
      call.run();
    }
  }

  private void changeThroughAlias(SourceLayouts layouts) {
    List<PointId> changed = layouts.payloads("kb").entrySet().stream()
        .filter(entry -> "t0".equals(entry.getValue().get(FIELD)))
        .filter(entry -> List.of("1", "2").contains(entry.getValue().get("source_id")))
        .map(Map.Entry::getKey)
        .toList();
    layouts.port().setPayload("kb", ROUTED, Map.of("version", 2L), Filter.ids(changed), true);
  }

  /** A process that fails is followed by another one. */
  private void run(EmulatedBackend backend, Consumer<Migration> action) {
    retry(() -> action.accept(new Migration(
        backend.cluster(),
        MigrationTest.spec("docs_{tenant}", "tiered", Ids.DERIVE),
        FRAGILE,
        new MigrationTest.NoListener())));
  }
}
