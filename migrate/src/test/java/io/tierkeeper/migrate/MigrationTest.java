package io.tierkeeper.migrate;

import static io.tierkeeper.migrate.SourceLayouts.FIELD;
import static io.tierkeeper.migrate.SourceLayouts.point;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tierkeeper.lab.qdrant.emulator.EmulatorOptions;
import io.tierkeeper.lab.qdrant.emulator.calls.Fault;
import io.tierkeeper.launcher.UsageException;
import io.tierkeeper.migrate.MigrationSpec.Ids;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.CollectionTemplate;
import io.tierkeeper.qdrant.CollectionTemplate.TenantIndex;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import io.tierkeeper.qdrant.contract.EmulatedBackend;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class MigrationTest {
  private static final ShardSelector ROUTED =
      ShardSelector.withFallback(ShardKey.of("acme"), ShardKey.of("default"));
  private static final ShardSelector NONE = ShardSelector.all();
  static final MigrationSettings QUICK =
      new MigrationSettings(Duration.ofSeconds(10), Duration.ZERO, 5, false);

  private final EmulatedBackend backend =
      EmulatedBackend.startWithoutPorts(EmulatorOptions.defaults());
  private final SourceLayouts layouts = new SourceLayouts(backend);

  @AfterEach
  void stop() {
    backend.close();
  }

  static MigrationSpec spec(String source, String target, Ids ids) {
    return new MigrationSpec(
        source,
        target,
        FIELD,
        TenantIndex.KEYWORD,
        ShardKey.of("default"),
        ShardKey.of("shared"),
        ids,
        "source_id");
  }

  private Migration migration(MigrationSpec spec, MigrationSettings settings) {
    return new Migration(backend.cluster(), spec, settings, new NoListener());
  }

  private Migration migration(String source) {
    return migration(spec(source, "tiered", Ids.KEEP), QUICK);
  }

  private static List<Point> points(String tenant, long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(id -> point(PointId.of(id), tenant, 1))
        .toList();
  }

  private void put(String collection, ShardSelector selector, List<Point> points) {
    layouts.port().upsert(Upsert.of(collection, selector, points));
  }

  private void automaticSource() {
    layouts.automatic("docs", 3);
    put("docs", NONE, points("acme", 0, 300));
    put("docs", NONE, points("globex", 300, 400));
  }

  @Test
  void followsACollectionWithAutomaticSharding() {
    automaticSource();
    assertThat(migration("docs").status().state()).isEqualTo("NOT_BEGUN");
    MigrationStatus first = migration("docs").copy();
    assertThat(first.equal()).isTrue();
    assertThat(first.written()).isEqualTo(400);
    assertThat(layouts.payloads("tiered")).isEqualTo(layouts.payloads("docs"));
    assertThat(migration("docs").copy().written()).isZero();
    put("docs", NONE, List.of(point(PointId.of(5), "acme", 2), point(PointId.of(900), "acme", 1)));
    layouts.port().delete("docs", NONE, Filter.ids(List.of(PointId.of(6))), true);
    MigrationStatus second = migration("docs").copy();
    assertThat(second.written()).isEqualTo(2);
    assertThat(second.deleted()).isEqualTo(1);
    assertThat(layouts.payloads("tiered")).isEqualTo(layouts.payloads("docs"));
    assertThat(layouts.port().describe("tiered").orElseThrow().customSharding()).isTrue();
    assertThat(layouts.port().describe("tiered").orElseThrow().indexedFields())
        .containsEntry(FIELD, new CollectionDescription.IndexedField("keyword", true));
  }

  @Test
  void switchesAnAliasGoesBackAndFinishes() {
    automaticSource();
    layouts.port().setAlias("kb", "docs");
    migration("docs").copy();
    put("docs", NONE, points("acme", 500, 510));
    MigrationStatus switched = migration("docs").switchTo("kb");
    assertThat(switched.state()).isEqualTo("SWITCHED");
    assertThat(switched.live()).isEqualTo("tiered");
    assertThat(layouts.port().aliased("kb")).contains("tiered");
    assertThat(layouts.payloads("kb")).isEqualTo(layouts.payloads("docs")).hasSize(410);

    put("kb", ROUTED, List.of(point(PointId.of(7), "acme", 2), point(PointId.of(901), "acme", 1)));
    layouts.port().delete("kb", ROUTED, Filter.ids(List.of(PointId.of(8))), true);
    MigrationStatus back = migration("docs").back();
    assertThat(back.written()).isEqualTo(2);
    assertThat(back.deleted()).isEqualTo(1);
    assertThat(back.live()).isEqualTo("docs");
    assertThat(layouts.port().aliased("kb")).contains("docs");
    assertThat(layouts.payloads("docs")).isEqualTo(layouts.payloads("tiered")).hasSize(410);

    put("docs", NONE, List.of(point(PointId.of(901), "acme", 2)));
    layouts.port().delete("docs", NONE, Filter.ids(List.of(PointId.of(7))), true);
    migration("docs").copy();
    migration("docs").switchTo("kb");
    assertThat(layouts.payloads("kb")).isEqualTo(layouts.payloads("docs")).hasSize(409);
    assertThat(migration("docs").finish(false).state()).isEqualTo("FINISHED");
    assertThat(layouts.collections()).containsExactly("tiered");
    assertThat(layouts.payloads("kb")).hasSize(409);
    assertThat(marks()).isZero();
    assertThat(layouts.port().describe("tiered").orElseThrow().metadata()).isEmpty();
  }

  private long marks() {
    return layouts
        .port()
        .scroll(io.tierkeeper.qdrant.ScrollRequest.whole("tiered", NONE, null, 10_000))
        .points()
        .stream()
        .filter(point -> point.payload().containsKey(TargetSide.MARK))
        .count();
  }

  private static Point withoutTenant(long id, String tenant) {
    Point point = point(PointId.of(id), tenant, 1);
    point.payload().remove(FIELD);
    return point;
  }

  private void collectionPerTenant() {
    for (String tenant : List.of("acme", "globex")) {
      layouts.automatic("docs_" + tenant, 1);
      List<Point> points = new ArrayList<>();
      for (long id = 0; id < 60; id++) {
        points.add(withoutTenant(id, tenant));
      }
      points.add(point(
          PointId.of(UUID.nameUUIDFromBytes(tenant.getBytes(StandardCharsets.UTF_8))), tenant, 1));
      put("docs_" + tenant, NONE, points);
    }
  }

  @Test
  void givesEachPointOfOneCollectionPerTenantItsTenantAndAnIdOfItsOwn() {
    collectionPerTenant();
    MigrationSpec keep = spec("docs_{tenant}", "tiered", Ids.KEEP);
    assertThatThrownBy(() -> migration(keep, QUICK).copy())
        .isInstanceOf(MigrationException.class)
        .hasMessage(
            "point 0 is a point of tenant 'globex' and of tenant 'acme': ids must be unique in tiered; delete it and migrate with --ids derive");
    layouts.port().deleteCollection("tiered");

    MigrationSpec derive = spec("docs_{tenant}", "tiered", Ids.DERIVE);
    assertThat(migration(derive, QUICK).copy().written()).isEqualTo(122);
    migration(derive, QUICK).switchTo("kb");
    Map<PointId, Map<String, Object>> found = layouts.payloads("kb");
    assertThat(found).hasSize(122);
    for (String tenant : List.of("acme", "globex")) {
      assertThat(found.values())
          .filteredOn(payload -> tenant.equals(payload.get(FIELD)))
          .extracting(payload -> payload.get("source_id"))
          .hasSize(61)
          .doesNotHaveDuplicates()
          .contains("0", "59");
    }

    PointId created = PointId.of(UUID.randomUUID());
    put("kb", ROUTED, List.of(point(created, "acme", 5)));
    PointId changed = found.entrySet().stream()
        .filter(entry -> "acme".equals(entry.getValue().get(FIELD))
            && "3".equals(entry.getValue().get("source_id")))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
    layouts
        .port()
        .setPayload("kb", ROUTED, Map.of("version", 9L), Filter.ids(List.of(changed)), true);
    migration(derive, QUICK).back();
    assertThat(layouts.port().aliased("kb")).isEmpty();
    assertThat(layouts.payloads("docs_acme")).hasSize(62);
    assertThat(layouts.payloads("docs_acme").get(PointId.of(3))).containsEntry("version", 9L);
    assertThat(layouts.payloads("docs_acme").get(created)).containsEntry("version", 5L);
    assertThat(layouts.payloads("docs_globex")).hasSize(61);

    assertThat(migration(derive, QUICK).copy().written()).isZero();
    migration(derive, QUICK).switchTo("kb");
    assertThat(layouts.payloads("kb")).hasSize(123);
    migration(derive, QUICK).finish(false);
    assertThat(layouts.collections()).containsExactly("tiered");
  }

  @Test
  void copiesACollectionWhoseFallbackHasTwoShards() {
    layouts.twoShards("old", "shared");
    ShardSelector shared = ShardSelector.key(ShardKey.of("shared"));
    put("old", shared, points("acme", 0, 100));
    assertThat(migration("old").copy().written()).isEqualTo(100);
    migration("old").switchTo("kb");
    put("kb", ROUTED, points("acme", 100, 103));
    layouts.port().delete("kb", ROUTED, Filter.ids(List.of(PointId.of(1))), true);
    migration("old").back();
    assertThat(layouts.payloads("old")).isEqualTo(layouts.payloads("tiered")).hasSize(102);
  }

  @Test
  void refusesToSwitchWhileTheSourceChanges() {
    automaticSource();
    migration("docs").copy();
    long[] next = {1000};
    Migration migration =
        new Migration(backend.cluster(), spec("docs", "tiered", Ids.KEEP), QUICK, new NoListener() {
          @Override
          public void begins(String part, long points) {
            put("docs", NONE, points("acme", next[0], ++next[0]));
          }
        });
    assertThatThrownBy(() -> migration.switchTo("kb"))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("docs changes while the writers should be paused")
        .hasMessageContaining("pause all writers and repeat the command");
    assertThat(layouts.port().aliased("kb")).isEmpty();
    migration("docs").switchTo("kb");
    assertThat(layouts.payloads("kb")).isEqualTo(layouts.payloads("docs")).hasSize(405);
  }

  /** Clients may have continued after a process that died behind the switch of the alias. */
  @Test
  void overwritesNothingAfterAnInterruptedSwitch() {
    automaticSource();
    migration("docs").copy();
    assertThatThrownBy(() -> interruptedAt("check").switchTo("kb"))
        .isInstanceOf(IllegalStateException.class);
    Filter seven = Filter.ids(List.of(PointId.of(7)));
    layouts.port().setPayload("kb", ROUTED, Map.of("version", 9L), seven, true);
    assertThat(migration("docs").switchTo("kb").state()).isEqualTo("SWITCHED");
    assertThat(layouts.payloads("kb").get(PointId.of(7))).containsEntry("version", 9L);
    assertThatThrownBy(() -> interruptedAt("mark").back())
        .isInstanceOf(IllegalStateException.class);
    layouts.port().setPayload("docs", NONE, Map.of("version", 10L), seven, true);
    Filter eight = Filter.ids(List.of(PointId.of(8)));
    layouts.port().setPayload("tiered", ROUTED, Map.of("version", 11L), eight, true);
    assertThatThrownBy(() -> migration("docs").back())
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("tiered was written to after the switch")
        .hasMessageContaining("or differ there: 7, 8. Find");
    MigrationSettings ignoring =
        new MigrationSettings(QUICK.retryFor(), QUICK.settle(), QUICK.maxPasses(), true);
    Migration again = new Migration(
        backend.cluster(), spec("docs", "tiered", Ids.KEEP), ignoring, new NoListener());
    assertThat(again.back().state()).isEqualTo("COPYING");
    assertThat(layouts.payloads("docs").get(PointId.of(7))).containsEntry("version", 10L);
  }

  private Migration interruptedAt(String interrupted) {
    return new Migration(
        backend.cluster(), spec("docs", "tiered", Ids.KEEP), QUICK, new NoListener() {
          @Override
          public void begins(String part, long points) {
            if (part.equals(interrupted) && layouts.port().aliased("kb").isPresent()) {
              throw new IllegalStateException(part);
            }
          }
        });
  }

  /** A write that was under way at the switch reaches the source after the last pass. */
  @Test
  void copiesAWriteThatArrivesLate() {
    automaticSource();
    migration("docs").copy();
    Migration migration =
        new Migration(backend.cluster(), spec("docs", "tiered", Ids.KEEP), QUICK, new NoListener() {
          private boolean late = true;

          @Override
          public void begins(String part, long points) {
            if (part.equals("check") && late) {
              late = false;
              put("docs", NONE, points("acme", 1000, 1002));
            }
          }
        });
    MigrationStatus status = migration.switchTo("kb");
    assertThat(status.written()).isEqualTo(2);
    assertThat(layouts.payloads("kb")).isEqualTo(layouts.payloads("docs")).hasSize(402);
  }

  @Test
  void neverDeletesASourceThatWasWrittenToAfterTheSwitch() {
    automaticSource();
    migration("docs").copy();
    migration("docs").switchTo("kb");
    put("docs", NONE, points("acme", 1000, 1001));
    for (boolean finish : new boolean[] {true, false}) {
      assertThatThrownBy(() -> {
            if (finish) {
              migration("docs").finish(false);
            } else {
              migration("docs").back();
            }
          })
          .isInstanceOf(MigrationException.class)
          .hasMessage(
              "docs was written to after the switch: it has 401 points and had 400; points that are missing in "
                  + "tiered or differ there: 1000. Find the writer that still uses it; --ignore-late-writes continues without these writes");
    }
    assertThat(layouts.payloads("docs")).hasSize(401);
    migration(
            spec("docs", "tiered", Ids.KEEP),
            new MigrationSettings(QUICK.retryFor(), QUICK.settle(), 5, true))
        .finish(true);
    assertThat(layouts.payloads("docs")).hasSize(401);
    assertThat(marks()).isZero();
  }

  @Test
  void deletesNoCollectionThatItHasNotVerified() {
    for (String tenant : List.of("acme", "zeta")) {
      layouts.automatic("docs_" + tenant, 1);
      put("docs_" + tenant, NONE, points(tenant, tenant.equals("acme") ? 0 : 100, 120));
    }
    MigrationSpec spec = spec("docs_{tenant}", "tiered", Ids.KEEP);
    layouts.port().delete("docs_acme", NONE, Filter.ids(ids(100, 120)), true);
    migration(spec, QUICK).copy();
    migration(spec, QUICK).switchTo("kb");
    backend.emulated().faults().add(Fault.of(Fault.Kind.LOSE_CALL, "delete_collection", 2));
    MigrationSettings fragile = new MigrationSettings(Duration.ZERO, Duration.ZERO, 5, false);
    assertThatThrownBy(() -> migration(spec, fragile).finish(false))
        .isInstanceOf(QdrantException.class);
    layouts.automatic("docs_later", 1);
    put("docs_later", NONE, points("later", 500, 510));
    assertThat(migration(spec, QUICK).finish(false).state()).isEqualTo("FINISHED");
    assertThat(layouts.collections()).containsExactly("docs_later", "tiered");
    assertThat(layouts.payloads("docs_later")).hasSize(10);
  }

  private static List<PointId> ids(long from, long to) {
    return LongStream.range(from, to).<PointId>mapToObj(PointId::of).toList();
  }

  @Test
  void leavesPointsOfOtherClientsInTheTargetAlone() {
    automaticSource();
    migration("docs").copy();
    put("tiered", ROUTED, points("acme", 2000, 2003));
    MigrationStatus status = migration("docs").copy();
    assertThat(status.foreign()).isEqualTo(3);
    assertThat(layouts.payloads("tiered")).hasSize(403);
    put("docs", NONE, List.of(point(PointId.of(2000), "acme", 2)));
    assertThatThrownBy(() -> migration("docs").copy())
        .isInstanceOf(MigrationException.class)
        .hasMessage(
            "point 2000 is in docs and, with other content, in tiered, where another client wrote it; "
                + "migrate into an empty collection");
    assertThat(layouts.payloads("tiered").get(PointId.of(2000))).containsEntry("version", 1L);
  }

  @Test
  void saysWhyAMigrationCannotBegin() {
    automaticSource();
    QdrantWrites port = layouts.port();
    refuses("none", "tiered", "collection none does not exist");
    refuses("none_{tenant}", "tiered", "no collection matches none_{tenant}");
    port.createCollection(CollectionTemplate.tiered("small", 2));
    refuses(
        "docs",
        "small",
        "the vectors of collection small are {unnamed=2 COSINE FLOAT32}, those of docs are "
            + "{unnamed=4 EUCLID FLOAT32}; they must be the same");
    layouts.automatic("auto", 1);
    refuses("docs", "auto", "--to 'auto' is not tiered: its sharding_method is auto");
    layouts.twoShards("full", "default");
    refuses("docs", "full", "--to 'full' has no index on group_id");
    port.createTenantIndex("full", FIELD);
    put("full", ShardSelector.key(ShardKey.of("default")), points("acme", 0, 1));
    refuses("docs", "full", "--to 'full' has points that no migration wrote");
    assertThatThrownBy(() -> spec("docs", "docs", Ids.KEEP)).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> spec("docs", "tiered", Ids.DERIVE)).isInstanceOf(UsageException.class);
    assertThatThrownBy(() -> spec("{tenant}_{tenant}", "tiered", Ids.KEEP))
        .isInstanceOf(UsageException.class);
  }

  private void refuses(String source, String target, String why) {
    assertThatThrownBy(() -> migration(spec(source, target, Ids.KEEP), QUICK).copy())
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining(why);
  }

  @Test
  void saysWhyAnActionIsNotPossible() {
    automaticSource();
    Migration none = migration("docs");
    none.copy();
    layouts.automatic("other", 1);
    layouts.port().setAlias("taken", "other");
    assertThatThrownBy(() -> migration("docs").switchTo("taken"))
        .hasMessageContaining("--alias 'taken' is an alias of collection other");
    assertThatThrownBy(() -> migration("docs").switchTo("other"))
        .hasMessageContaining("--alias 'other' is the name of a collection");
    assertThatThrownBy(() -> migration("docs").back())
        .hasMessage("--back is not possible in state COPYING: allowed: copy, --switch");
    assertThatThrownBy(() -> migration("docs").finish(false))
        .hasMessage("--finish is not possible in state COPYING: allowed: copy, --switch");
    layouts.port().createShardKey("tiered", ShardKey.of("acme"), 1);
    put("docs", NONE, points("acme", 1000, 1001));
    assertThatThrownBy(() -> migration("docs").copy())
        .hasMessageContaining("tiered has shard keys other than default: [acme]");
    layouts.port().deleteShardKey("tiered", ShardKey.of("acme"));
    migration("docs").switchTo("kb");
    assertThatThrownBy(() -> migration("docs").copy())
        .hasMessage(
            "copy is not possible in state SWITCHED: the target is live; allowed: --back, --finish");
  }

  @Test
  void planChangesNothing() {
    automaticSource();
    Point none = withoutTenant(5000, "acme");
    put("docs", NONE, List.of(none));
    MigrationPlan plan = migration("docs").plan();
    assertThat(plan.createsTarget()).isTrue();
    assertThat(plan.sourceCollections())
        .containsExactly(new MigrationPlan.SourceInfo("docs", 401, "automatic sharding, 3 shards"));
    assertThat(plan.withoutTenant()).isEqualTo(1);
    assertThat(plan.warnings()).hasSize(1);
    assertThat(layouts.collections()).containsExactly("docs");
  }

  /** Ignores progress. */
  static class NoListener implements MigrationListener {
    @Override
    public void begins(String part, long points) {}

    @Override
    public void read(long points) {}

    @Override
    public void ends() {}
  }
}
