package io.tierkeeper.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.workload.CheckReport;
import io.tierkeeper.lab.workload.ClientRoute;
import io.tierkeeper.lab.workload.SceneBuilder;
import io.tierkeeper.lab.workload.TenantPopulation;
import io.tierkeeper.lab.workload.TenantPopulation.Tenant;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.migrate.MigrationSpec.Ids;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.contract.EmulatedBackend;
import io.tierkeeper.qdrant.contract.QdrantBackend;
import io.tierkeeper.qdrant.contract.QdrantBackends;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients read and write all the time, but for the pauses of writers at a switch; the checker of moves judges their history. */
@Timeout(300)
class MigrationUnderWritersTest {
  private static final List<String> TENANTS = List.of("acme", "globex", "initech");
  private static final ShardKey FALLBACK = ShardKey.of("default");

  /** Writes between two steps of a migration, of each tenant. */
  private static final int WRITES = 60;

  /** Clients of one tenant follow the layout as an application does that is told of the switch. */
  private static final class Route implements ClientRoute {
    private final Function<ShardKey, String> source;
    private final ShardSelector sourceSelector;
    private volatile boolean tiered;

    Route(Function<ShardKey, String> source, ShardSelector sourceSelector) {
      this.source = source;
      this.sourceSelector = sourceSelector;
    }

    @Override
    public String collection(ShardKey tenant) {
      return tiered ? "kb" : source.apply(tenant);
    }

    @Override
    public ShardSelector selector(ShardKey tenant) {
      return tiered ? ShardSelector.withFallback(tenant, FALLBACK) : sourceSelector;
    }
  }

  @Test
  void automaticShardingLosesNothing() throws InterruptedException {
    try (QdrantBackend backend = EmulatedBackend.startWithoutPorts(EmulatorOptions.defaults())) {
      automatic(backend);
    }
  }

  @Test
  void oneCollectionPerTenantLosesNothing() throws InterruptedException {
    try (QdrantBackend backend = EmulatedBackend.startWithoutPorts(EmulatorOptions.defaults())) {
      perTenant(backend);
    }
  }

  @Test
  void twoShardsInTheFallbackLoseNothing() throws InterruptedException {
    try (QdrantBackend backend = EmulatedBackend.startWithoutPorts(EmulatorOptions.defaults())) {
      twoShards(backend);
    }
  }

  @Test
  void losesNothingOnARealQdrant() throws InterruptedException {
    Optional<QdrantBackend> real = QdrantBackends.real();
    Assumptions.assumeTrue(real.isPresent(), QdrantBackends.ABSENT);
    try (QdrantBackend backend = real.orElseThrow()) {
      automatic(backend);
    }
    try (QdrantBackend backend = QdrantBackends.real().orElseThrow()) {
      perTenant(backend);
    }
    try (QdrantBackend backend = QdrantBackends.real().orElseThrow()) {
      twoShards(backend);
    }
  }

  private static void automatic(QdrantBackend backend) throws InterruptedException {
    new SourceLayouts(backend).automatic("docs", 3);
    play(backend, "docs", new Route(tenant -> "docs", ShardSelector.all()));
  }

  private static void perTenant(QdrantBackend backend) throws InterruptedException {
    TENANTS.forEach(tenant -> new SourceLayouts(backend).automatic("docs_" + tenant, 2));
    play(backend, "docs_{tenant}", new Route(tenant -> "docs_" + tenant, ShardSelector.all()));
  }

  private static void twoShards(QdrantBackend backend) throws InterruptedException {
    new SourceLayouts(backend).twoShards("docs", "shared");
    play(backend, "docs", new Route(tenant -> "docs", ShardSelector.key(ShardKey.of("shared"))));
  }

  private static void play(QdrantBackend backend, String source, Route route)
      throws InterruptedException {
    Set<ShardKey> tenants = new LinkedHashSet<>();
    TENANTS.forEach(tenant -> tenants.add(ShardKey.of(tenant)));
    Workload workload = SceneBuilder.on(backend.cluster(), "tiered")
        .manyFields()
        .largeVectors()
        .route(route)
        .tenants(new TenantPopulation(
            tenants.stream().map(tenant -> new Tenant(tenant, 200)).toList()))
        .clients(tenants, 2)
        .create();
    workload.start(1, Duration.ofMillis(2), Duration.ofMillis(2));
    Migration migration = new Migration(
        backend.cluster(),
        MigrationTest.spec(source, "tiered", Ids.KEEP),
        new MigrationSettings(Duration.ofSeconds(30), Duration.ofMillis(50), 5, false),
        new MigrationTest.NoListener());
    awaitWrites(workload, tenants);
    migration.copy();
    for (int round = 0; round < 2; round++) {
      paused(workload, tenants, () -> {
        migration.switchTo("kb");
        route.tiered = true;
      });
      awaitWrites(workload, tenants);
      if (round == 0) {
        paused(workload, tenants, () -> {
          migration.back();
          route.tiered = false;
        });
        awaitWrites(workload, tenants);
        migration.copy();
      }
    }
    paused(workload, tenants, () -> migration.finish(false));
    awaitWrites(workload, tenants);
    CheckReport report = workload.finish();
    assertThat(report.anomalies().total() + report.staleness().reads())
        .as("%s", report)
        .isZero();
    // A reader that still sends shard keys when the alias is back at a collection without them is
    // refused.
    assertThat(report.traffic().readsFailed()).isLessThan(TENANTS.size() * 10L);
    assertThat(report.traffic().operations()).isGreaterThan(WRITES * 5L);
    assertThat(new SourceLayouts(backend).collections()).containsExactly("tiered");
  }

  private static void paused(Workload workload, Set<ShardKey> tenants, Runnable action)
      throws InterruptedException {
    for (ShardKey tenant : tenants) {
      workload.clients(tenant).hold();
    }
    action.run();
    tenants.forEach(tenant -> workload.clients(tenant).release());
  }

  private static void awaitWrites(Workload workload, Set<ShardKey> tenants) {
    for (ShardKey tenant : tenants) {
      long before = writes(workload, tenant);
      await().atMost(Duration.ofMinutes(1)).until(() -> writes(workload, tenant) > before + WRITES);
    }
  }

  private static long writes(Workload workload, ShardKey tenant) {
    AtomicLong count = new AtomicLong();
    workload.eachWrite(tenant, (kind, at) -> count.incrementAndGet());
    return count.get();
  }
}
