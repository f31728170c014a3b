package io.tierkeeper.lab.faults;

import io.tierkeeper.moves.Move;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ScrollPage;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What must not be found once the moves of a tenant have ended: it lives in one tier, and nothing of the moves is left. */
final class Leftovers {

  private static final String OF_MOVES = "tierkeeper";
  private static final int PAGE = 1000;

  private final QdrantReads port;
  private final String collection;
  private final String tenantField;
  private final ShardKey fallback;
  private final List<String> faults = new ArrayList<>();

  private Leftovers(QdrantReads port, String collection, String tenantField, ShardKey fallback) {
    this.port = port;
    this.collection = collection;
    this.tenantField = tenantField;
    this.fallback = fallback;
  }

  /**
   * Looks.
   *
   * @param port of any peer, all of which are at rest
   * @param dedicated where the trail says that the tenant lives
   */
  static List<String> find(
      QdrantReads port,
      String collection,
      String tenantField,
      ShardKey tenant,
      ShardKey fallback,
      boolean dedicated) {
    Leftovers leftovers = new Leftovers(port, collection, tenantField, fallback);
    leftovers.look(tenant, dedicated);
    return leftovers.faults;
  }

  private void look(ShardKey tenant, boolean dedicated) {
    PeerView view = port.view(collection).orElseThrow();
    List<ShardKey> keys = view.replicas().stream().map(Replica::key).distinct().toList();
    for (ShardKey key : keys) {
      if (key.toString().startsWith(Move.WORKING_KEY_PREFIX)) {
        faults.add("the working key " + key + " is left");
      }
    }
    if (!view.transfers().isEmpty()) {
      faults.add("transfers are left: " + view.transfers());
    }
    if (keys.contains(tenant) != dedicated) {
      faults.add("the trail says that " + tenant + " lives "
          + (dedicated ? "in its own key" : "in the fallback") + ", the keys are " + keys);
    }
    view.replicas().stream()
        .filter(replica -> replica.state() != ReplicaState.ACTIVE)
        .forEach(replica -> faults.add("a replica is not in service: " + replica));
    if (!keys.contains(tenant)) {
      marks(all(fallback, Filter.tenant(tenantField, tenant)));
      return;
    }
    List<Point> left = all(fallback, Filter.tenant(tenantField, tenant));
    if (!left.isEmpty()) {
      faults.add(left.size() + " points of " + tenant + " are left in the fallback: " + some(left));
    }
    List<Point> own = all(tenant, null);
    marks(own);
    List<Point> foreign = own.stream()
        .filter(
            point -> !tenant.toString().equals(String.valueOf(point.payload().get(tenantField))))
        .toList();
    if (!foreign.isEmpty()) {
      faults.add("the key " + tenant + " holds points of others: " + some(foreign));
    }
  }

  private void marks(List<Point> points) {
    List<Point> marked = points.stream()
        .filter(point ->
            point.payload().keySet().stream().anyMatch(field -> field.startsWith(OF_MOVES)))
        .toList();
    if (!marked.isEmpty()) {
      faults.add("marks of a move are left on points " + some(marked));
    }
  }

  private static List<PointId> some(List<Point> points) {
    return points.stream().map(Point::id).limit(5).toList();
  }

  private List<Point> all(ShardKey key, @Nullable Filter filter) {
    ScrollRequest request = ScrollRequest.whole(collection, ShardSelector.key(key), filter, PAGE);
    ScrollPage page = port.scroll(request);
    List<Point> found = new ArrayList<>(page.points());
    while (page.next() != null) {
      page = port.scroll(request.startingAt(page.next()));
      found.addAll(page.points());
    }
    return found;
  }
}
