package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.scene.Layout;
import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.PointVector;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Points that are not the moved tenant's alone: of no tenant, of two tenants, and of another tenant in the dedicated key. */
final class Bystanders {

  private static final PointId SHARED = PointId.of(12);
  private static final PointId STRAY = PointId.of(13);
  private static final Duration REPEATED = Duration.ofMillis(500);
  private static final long FIRST_UNTAGGED = 14;
  /** The points of a tenant lie between two of them. */
  private static final long APART = 999_999_937;

  private final Workload workload;
  private final TieredScene scene;
  private final Layout.Others others;
  private final ShardKey tenant;
  private final ShardKey idle;
  private final List<Point> untagged = new ArrayList<>();
  private boolean strayed;

  /** @param idle a tenant without clients, in the fallback */
  Bystanders(Workload workload, Layout.Others others, ShardKey tenant, ShardKey idle) {
    this.workload = workload;
    this.scene = workload.scene();
    this.others = others;
    this.tenant = tenant;
    this.idle = idle;
  }

  /** Writes those in the fallback; before the clients start. */
  void write() {
    for (int i = 0; i < others.untagged(); i++) {
      PointId id = PointId.of(FIRST_UNTAGGED + i * APART);
      untagged.add(new Point(id, untagged(i), vectors()));
    }
    untagged.forEach(point -> upsert(scene.fallback(), point));
    if (others.shared()) {
      List<Object> both = List.of(tenant.tenant().payload(), idle.tenant().payload());
      upsert(
          scene.fallback(),
          new Point(SHARED, scene.points().owned(both, Map.of("shared", true)), vectors()));
      workload.clients(tenant).holdsShared();
    }
  }

  /** Without the tenant field, with null, an empty list or a value of another type in it, or with half of its path. */
  private Map<String, Object> untagged(int number) {
    Map<String, Object> payload = new HashMap<>(Map.of("note", "of no tenant"));
    String top = scene.points().tenantField().split("\\.", 2)[0];
    switch (number % 5) {
      case 1 -> payload.put(top, null);
      case 2 -> payload.put(top, List.of());
      case 3 -> payload.putAll(scene.points().owned(2.5, Map.of()));
      case 4 -> payload.put(top, Map.of("of", "nobody"));
      default -> {}
    }
    return payload;
  }

  /**
   * Writes the one in the dedicated key.
   *
   * @param nemesis whether a nemesis is at work: then it is written until it is acknowledged
   */
  void stray(Scheduler simulator, boolean nemesis) {
    while (others.stray() && !strayed) {
      try {
        upsert(
            tenant,
            new Point(
                STRAY,
                scene.points().owned(idle.tenant().payload(), Map.of("stray", true)),
                vectors()));
        strayed = true;
      } catch (QdrantException e) {
        if (!nemesis) {
          throw e;
        }
        simulator.sleep(REPEATED);
      }
    }
  }

  private void upsert(ShardKey key, Point point) {
    scene.port().upsert(Upsert.of(scene.name(), ShardSelector.key(key), List.of(point)));
  }

  private Map<String, PointVector> vectors() {
    return scene.points().vectors(1, 1);
  }

  /** What is wrong with them when all moves have ended; removes the one in the dedicated key. */
  List<String> findings(boolean dedicated) {
    List<String> findings = new ArrayList<>();
    Map<PointId, Map<String, Object>> left = new HashMap<>();
    scene
        .port()
        .retrieve(
            scene.name(),
            ShardSelector.key(scene.fallback()),
            untagged.stream().map(Point::id).toList())
        .forEach(point -> left.put(point.id(), point.payload()));
    for (Point point : untagged) {
      if (!point.payload().equals(left.get(point.id()))) {
        findings.add("point " + point.id() + " of no tenant was " + point.payload() + " and is "
            + left.get(point.id()));
      }
    }
    Filter shared = scene.filter(idle).and(Filter.ids(List.of(SHARED)));
    if (others.shared() && scene.port().count(scene.name(), scene.selector(idle), shared) != 1) {
      findings.add("the point that " + idle + " shares with " + tenant + " is lost for " + idle);
    }
    if (strayed) {
      Filter its = Filter.ids(List.of(STRAY));
      if (scene.port().count(scene.name(), ShardSelector.key(scene.fallback()), its) != 0) {
        findings.add("a point of " + idle + " has leaked from the dedicated key to the fallback");
      }
      if (dedicated) {
        if (scene.port().count(scene.name(), ShardSelector.key(tenant), its) != 1) {
          findings.add("a point of " + idle + " in the dedicated key is lost");
        }
        scene.port().delete(scene.name(), ShardSelector.key(tenant), its, true);
      } else {
        findings.add("the dedicated key was deleted with a point of " + idle + " in it");
      }
    }
    return findings;
  }
}
