package io.tierkeeper.lab.scene;

import static org.assertj.core.api.Assertions.assertThat;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Scenes on the emulator in virtual time. */
class SceneBuilderTest {
  private static final ShardKey ACME = ShardKey.of("acme");

  @Test
  void createsKeysAndReplicasAndLoadsEachTenantIntoTheKeyThatServesIt() {
    VirtualQdrant.run(
        EmulatorOptions.defaults().withSeed(6), (scheduler, clients, engine, breaches) -> {
          List<Long> loaded = new ArrayList<>();
          Workload workload = SceneBuilder.on(clients, "kb")
              .scheduler(scheduler)
              .fallbackReplicas(2)
              .dedicated(ACME)
              .tenants(TenantPopulation.zipf(ACME.toString(), 3, 120, 1.0))
              .clients(Set.of(ACME), 2)
              .onLoaded(loaded::add)
              .create();
          TieredScene scene = workload.scene();
          PeerView view = scene.port().view(scene.name()).orElseThrow();
          assertThat(view.replicasOf(scene.fallback()))
              .hasSize(2)
              .extracting(Replica::state)
              .containsOnly(ReplicaState.ACTIVE);
          assertThat(view.replicasOf(ACME)).hasSize(1);
          assertThat(loaded.getLast()).isEqualTo(120);
          long dedicated =
              scene.port().count(scene.name(), ShardSelector.key(ACME), scene.filter(ACME));
          assertThat(dedicated).isEqualTo(workload.clients(ACME).live()).isPositive();
          assertThat(scene.port().count(scene.name(), scene.selector(ACME), scene.filter(ACME)))
              .isEqualTo(dedicated);
          assertThat(workload.finish().clean()).isTrue();
          scene.drop();
          assertThat(scene.port().view(scene.name())).isEmpty();
          return true;
        });
  }
}
