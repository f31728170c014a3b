package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.workload.TieredScene;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that after the moves of a tenant it is in one tier, and that nothing of the moves is left. */
final class Leftovers {

  private static final String OF_MOVES = "tierkeeper";
  private static final int PAGE = 1000;

  private final TieredScene scene;
  private final ShardKey tenant;
  private final List<String> findings = new ArrayList<>();

  private Leftovers(TieredScene scene, ShardKey tenant) {
    this.scene = scene;
    this.tenant = tenant;
  }

  /**
   * What is wrong, while all peers are at rest.
   *
   * @param dedicated whether the tenant is in its dedicated key, as the trail says
   */
  static List<String> find(TieredScene scene, ShardKey tenant, boolean dedicated) {
    Leftovers leftovers = new Leftovers(scene, tenant);
    leftovers.find(dedicated);
    return leftovers.findings;
  }

  private void find(boolean dedicated) {
    PeerView view = scene.port().view(scene.name()).orElseThrow();
    List<ShardKey> keys = view.replicas().stream().map(Replica::key).distinct().toList();
    for (ShardKey key : keys) {
      if (ReservedNames.isWorkingKey(key)) {
        findings.add("the working key " + key + " is left");
      }
    }
    if (!view.transfers().isEmpty()) {
      findings.add("transfers are left: " + view.transfers());
    }
    if (keys.contains(tenant) != dedicated) {
      findings.add("the trail says that " + tenant + " lives "
          + (dedicated ? "in its dedicated key" : "in the fallback") + ", the keys are " + keys);
    }
    view.replicas().stream()
        .filter(replica -> replica.state() != ReplicaState.ACTIVE)
        .forEach(replica -> findings.add("a replica is not in service: " + replica));
    if (!keys.contains(tenant)) {
      marks(all(scene.fallback(), scene.filter(tenant)));
      return;
    }
    List<Point> left = all(scene.fallback(), scene.filter(tenant));
    if (!left.isEmpty()) {
      findings.add(
          left.size() + " points of " + tenant + " are left in the fallback: " + some(left));
    }
    List<Point> own = all(tenant, null);
    marks(own);
    List<Point> foreign = own.stream()
        .filter(point -> !tenant.toString().equals(scene.points().owner(point)))
        .toList();
    if (!foreign.isEmpty()) {
      findings.add("the key " + tenant + " holds points of others: " + some(foreign));
    }
  }

  private void marks(List<Point> points) {
    List<Point> marked = points.stream()
        .filter(point ->
            point.payload().keySet().stream().anyMatch(field -> field.startsWith(OF_MOVES)))
        .toList();
    if (!marked.isEmpty()) {
      findings.add("marks of a move are left on points " + some(marked));
    }
  }

  private static List<PointId> some(List<Point> points) {
    return points.stream().map(Point::id).limit(5).toList();
  }

  private List<Point> all(ShardKey key, @Nullable Filter filter) {
    return TieredScene.scroll(
        scene.port(), ScrollRequest.whole(scene.name(), ShardSelector.key(key), filter, PAGE));
  }
}
