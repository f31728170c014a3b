package io.tierkeeper.lab.qdrant.emulator.rules;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.lab.qdrant.emulator.cluster.Cluster;
import io.tierkeeper.lab.qdrant.emulator.cluster.ClusterState;
import io.tierkeeper.lab.qdrant.emulator.cluster.CollectionState;
import io.tierkeeper.lab.qdrant.emulator.cluster.LocalReplica;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.cluster.Transfer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Records violations of the engine's rules: calls that the engine accepts but that must never be made. The calls are
 * performed all the same.
 */
public final class RuleMonitor {

  /** Prefix of working shard keys, from which a tenant may be frozen while they are empty. */
  private static final String WORKING_KEYS = "tierkeeper/";

  private record KeyRef(String collection, ShardKey key) {}

  private record Pair(String collection, ShardKey from, ShardKey to, long targetBorn) {}

  private final Cluster cluster;
  private final Clock clock;
  private final List<RuleViolation> violations = new ArrayList<>();
  private final Set<KeyRef> fallbacks = new HashSet<>();
  private final Map<Pair, Integer> replicated = new HashMap<>();

  public RuleMonitor(Cluster cluster) {
    this.cluster = cluster;
    this.clock = cluster.clock();
  }

  public synchronized List<RuleViolation> violations() {
    return List.copyOf(violations);
  }

  /** Notes the keys that clients use as a fallback. */
  public void onSelector(String collection, ShardKeySelector selector) {
    if (selector.hasFallback()) {
      synchronized (this) {
        fallbacks.add(new KeyRef(collection, selector.getFallback()));
      }
    }
  }

  public synchronized void onReplicatePoints(
      String collection, ReplicaSet source, ReplicaSet target, String call) {
    CollectionState state = cluster.consensus().head().collections().get(collection);
    if (state == null || source.key() == null || target.key() == null) {
      return;
    }
    Pair pair = new Pair(collection, source.key(), target.key(), target.born());
    boolean freeze = source.key().hasKeyword()
        && source.key().getKeyword().startsWith(WORKING_KEYS)
        && points(collection, source) == 0;
    boolean live = target.any(ReplicaSet::readable);
    boolean fallback = fallbacks.contains(new KeyRef(collection, target.key()));
    if (fallback && live) {
      violation(2, call, "the receiver serves as a fallback");
    } else if (live && !freeze && replicated.containsKey(pair)) {
      violation(4, call, "points were replicated from and to the same keys before");
    } else if (live && !freeze && points(collection, target) > 0) {
      violation(
          2, call, "the receiver is live and holds " + points(collection, target) + " points");
    }
    if (!freeze) {
      replicated.merge(pair, 1, Integer::sum);
    }
    onTransferInto(state, target.shardId(), call);
  }

  private void onTransferInto(CollectionState state, int targetShard, String call) {
    for (Transfer running : state.transfers()) {
      if (running.key().shardId() == targetShard) {
        violation(10, call, "shard " + targetShard + " is the source of a running transfer");
      }
    }
  }

  public synchronized void onRestartTransfer(@Nullable Transfer transfer, String call) {
    if (transfer != null && transfer.filtered()) {
      violation(5, call, "the transfer has a filter, which the restart would drop");
    }
  }

  public synchronized void onCreateKey(String collection, String call) {
    if (anyTransfer(collection)) {
      violation(9, call, "a transfer of the collection is listed");
    }
  }

  public synchronized void onDeleteKey(CollectionState state, ShardKey key, String call) {
    CollectionState head = cluster.consensus().head().collections().get(state.name());
    for (CollectionState seen : head == null ? List.of(state) : List.of(state, head)) {
      boolean involved = seen.shardsOf(key).stream()
          .anyMatch(shard -> seen.transfers().stream().anyMatch(t -> t.involves(shard.shardId())));
      if (involved) {
        violation(6, call, "the key is source or target of a running transfer");
        break;
      }
    }
    if (anyTransfer(state.name())) {
      violation(9, call, "a transfer of the collection is listed");
    }
  }

  private boolean anyTransfer(String collection) {
    List<ClusterState> views = new ArrayList<>();
    views.add(cluster.consensus().head());
    cluster.nodes().forEach(node -> views.add(node.view()));
    return views.stream()
        .map(view -> view.collections().get(collection))
        .filter(Objects::nonNull)
        .anyMatch(seen -> !seen.transfers().isEmpty());
  }

  private int points(String collection, ReplicaSet shard) {
    int most = 0;
    for (Map.Entry<Long, ReplicaState> replica : shard.replicas().entrySet()) {
      LocalReplica local =
          cluster.node(replica.getKey()).replicaOrNull(collection, shard.shardId());
      most = Math.max(most, local == null ? 0 : local.store().size());
    }
    return most;
  }

  private void violation(int rule, String call, String why) {
    violations.add(new RuleViolation(rule, call, why, clock.instant()));
  }
}
