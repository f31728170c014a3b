package io.tierkeeper.lab.workload;

import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the clients of one tenant share.
 *
 * @param inFlight ids of points with a write whose outcome is not yet in the history
 * @param history receives every operation
 */
record TenantContext(
    TieredScene scene,
    ShardKey tenant,
    TenantConnection connection,
    CountBounds bounds,
    ClientSettings settings,
    ClientGate gate,
    Set<Long> inFlight,
    Queue<Operation> history) {

  static TenantContext of(TieredScene scene, ShardKey tenant, Queue<Operation> history) {
    return new TenantContext(
        scene,
        tenant,
        new TenantConnection(scene, tenant),
        new CountBounds(),
        new ClientSettings(),
        new ClientGate(scene.scheduler()),
        ConcurrentHashMap.newKeySet(),
        history);
  }

  CheckedPoints points() {
    return scene.points();
  }

  String collection() {
    return scene.route().collection(tenant);
  }

  ShardSelector selector() {
    return scene.selector(tenant);
  }

  Filter filter() {
    return scene.filter(tenant);
  }
}
