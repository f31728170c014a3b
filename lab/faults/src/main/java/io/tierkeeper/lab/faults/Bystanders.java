package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Points that are not the moved tenant's alone: of no tenant, of two tenants, and of another tenant in the dedicated key. */
final class Bystanders {

  private static final PointId UNTAGGED = PointId.of(11);
  private static final PointId SHARED = PointId.of(12);
  private static final PointId STRAY = PointId.of(13);

  private final Workload workload;
  private final TieredScene scene;
  private final Layout layout;
  private final ShardKey tenant;
  private final ShardKey idle;
  private boolean strayed;

  /** @param idle a tenant without clients, in the fallback */
  Bystanders(Workload workload, Layout layout, ShardKey tenant, ShardKey idle) {
    this.workload = workload;
    this.scene = workload.scene();
    this.layout = layout;
    this.tenant = tenant;
    this.idle = idle;
  }

  /** Writes those in the fallback; before the clients start. */
  void write() {
    upsert(scene.fallback(), new Point(UNTAGGED, Map.of("note", "of no tenant"), vectors()));
    if (layout.shared()) {
      List<Object> both = List.of(tenant.tenant().payload(), idle.tenant().payload());
      upsert(
          scene.fallback(),
          new Point(SHARED, scene.points().owned(both, Map.of("shared", true)), vectors()));
      workload.clients(tenant).holdsShared();
    }
  }

  /** Writes the one in the dedicated key. */
  void stray() {
    if (layout.stray() && !strayed) {
      strayed = true;
      upsert(
          tenant,
          new Point(
              STRAY,
              scene.points().owned(idle.tenant().payload(), Map.of("stray", true)),
              vectors()));
    }
  }

  private void upsert(ShardKey key, Point point) {
    scene.port().upsert(Upsert.of(scene.name(), ShardSelector.key(key), List.of(point)));
  }

  private Map<String, io.tierkeeper.qdrant.PointVector> vectors() {
    return scene.points().vectors(1, 1);
  }

  /** What is wrong with them when all moves have ended; removes the one in the dedicated key. */
  List<String> findings(boolean dedicated) {
    List<String> findings = new ArrayList<>();
    if (scene
        .port()
        .retrieve(scene.name(), ShardSelector.key(scene.fallback()), List.of(UNTAGGED))
        .isEmpty()) {
      findings.add("the point of no tenant is gone");
    }
    Filter shared = scene.filter(idle).and(Filter.ids(List.of(SHARED)));
    if (layout.shared() && scene.port().count(scene.name(), scene.selector(idle), shared) != 1) {
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
