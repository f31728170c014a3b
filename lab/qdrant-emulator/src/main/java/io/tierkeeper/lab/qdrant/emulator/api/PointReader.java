package io.tierkeeper.lab.qdrant.emulator.api;

import com.google.protobuf.Message;
import io.qdrant.client.grpc.Collections.ReplicaState;
import io.qdrant.client.grpc.Collections.ShardKey;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.ReadConsistency;
import io.qdrant.client.grpc.Points.ShardKeySelector;
import io.tierkeeper.lab.qdrant.emulator.cluster.LocalReplica;
import io.tierkeeper.lab.qdrant.emulator.cluster.PeerNode;
import io.tierkeeper.lab.qdrant.emulator.cluster.ReplicaSet;
import io.tierkeeper.lab.qdrant.emulator.points.Numbers;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.qdrant.emulator.points.ReplicaStore;
import io.tierkeeper.lab.qdrant.emulator.points.Scoring;
import io.tierkeeper.lab.qdrant.emulator.points.StoredPoint;
import io.tierkeeper.lab.qdrant.emulator.rules.RuleMonitor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Answers reads at one peer from the replicas that its view names. */
final class PointReader {

  /** A point with the key it was read from and, in searches, its score. */
  record Hit(StoredPoint point, @Nullable ShardKey key, float score) {}

  /**
   * Which points of which shards a request is about.
   *
   * @param consistency how many replicas of each shard must agree on the answer
   * @param shown what of a point is sent, which is what replicas must agree on
   * @param cost tokens that strict mode's limit of reads takes
   */
  record Scope(
      String collection,
      @Nullable ShardKeySelector selector,
      @Nullable Filter filter,
      ReadConsistency consistency,
      Function<Hit, Object> shown,
      long cost) {

    static Scope of(Message request) {
      return new Scope(
          Requests.collection(request),
          Requests.selector(request),
          Requests.filter(request),
          Requests.consistency(request),
          hit -> PointAnswers.compared(hit, request),
          tokens(request));
    }
  }

  private static long tokens(Message request) {
    if (request instanceof GetPoints get) {
      return get.getIdsCount();
    }
    Filter filter = Requests.filter(request);
    return 1 + (filter == null ? 0 : StrictRules.count(filter));
  }

  private final PeerNode node;
  private final RuleMonitor rules;

  PointReader(PeerNode node, RuleMonitor rules) {
    this.rules = rules;
    this.node = node;
  }

  /** Matching points in id order; an id in several shards comes once. */
  List<Hit> scroll(Scope scope, @Nullable PointKey from, int limit) {
    TreeMap<PointKey, Hit> merged = new TreeMap<>();
    for (ReplicaSet shard : route(scope)) {
      for (Hit hit : hits(scope, shard, store -> store.scroll(scope.filter(), from, limit))) {
        merged.putIfAbsent(hit.point().key(), hit);
      }
    }
    return merged.values().stream().limit(limit).toList();
  }

  /** Points by id, in the order of the ids. */
  List<Hit> retrieve(Scope scope, Collection<PointKey> ids) {
    Map<PointKey, Hit> found = new HashMap<>();
    for (ReplicaSet shard : route(scope)) {
      hits(
              scope,
              shard,
              store -> ids.stream().map(store::get).filter(Objects::nonNull).toList())
          .forEach(hit -> found.putIfAbsent(hit.point().key(), hit));
    }
    return ids.stream().map(found::remove).filter(Objects::nonNull).toList();
  }

  /** The sum over the shards: an id in two of them counts twice. */
  long count(Scope scope) {
    long sum = 0;
    for (ReplicaSet shard : route(scope)) {
      sum +=
          agreement(scope, shard).number(read(scope, shard, store -> store.count(scope.filter())));
    }
    return sum;
  }

  /** Values with their counts summed over the shards, most frequent first, equal ones by value. */
  List<Map.Entry<Object, Long>> facet(Scope scope, String field, int limit) {
    Map<Object, Long> sums = new HashMap<>();
    List<ReplicaSet> shards = route(scope);
    if (!node.collection(scope.collection()).indexes().containsKey(field)) {
      throw ReplicaStore.noIndex(field);
    }
    for (ReplicaSet shard : shards) {
      agreement(scope, shard)
          .numbers(read(scope, shard, store -> store.facet(field, scope.filter())))
          .forEach((value, count) -> sums.merge(value, count, Long::sum));
    }
    Comparator<Map.Entry<Object, Long>> order =
        Map.Entry.<Object, Long>comparingByValue().reversed();
    return sums.entrySet().stream()
        .filter(e -> e.getValue() > 0)
        .sorted(order.thenComparing(Map.Entry::getKey, PointReader::compareValues))
        .limit(limit)
        .toList();
  }

  private static int compareValues(Object one, Object other) {
    return one instanceof Long number && other instanceof Long second
        ? number.compareTo(second)
        : one.toString().compareTo(other.toString());
  }

  /** The nearest points, nearest first, found by looking at every matching one. */
  List<Hit> nearest(
      Scope scope, Scoring scoring, Set<PointKey> excluded, @Nullable Float threshold, int limit) {
    List<Hit> hits = new ArrayList<>();
    Set<PointKey> seen = new HashSet<>(excluded);
    for (ReplicaSet shard : route(scope)) {
      for (Hit hit :
          hits(scope, shard, store -> store.scroll(scope.filter(), null, Integer.MAX_VALUE))) {
        Float score = scoring.score(hit.point());
        if (score != null
            && near(scoring, score, threshold)
            && seen.add(hit.point().key())) {
          hits.add(new Hit(hit.point(), hit.key(), score));
        }
      }
    }
    Comparator<Hit> order = Comparator.comparingDouble(Hit::score);
    hits.sort((scoring.descending() ? order.reversed() : order)
        .thenComparing(hit -> hit.point().key()));
    return hits.subList(0, Math.min(limit, hits.size()));
  }

  private static boolean near(Scoring scoring, float score, @Nullable Float threshold) {
    return threshold == null || (scoring.descending() ? score >= threshold : score <= threshold);
  }

  private List<ReplicaSet> route(Scope scope) {
    if (scope.selector() != null) {
      rules.onSelector(scope.collection(), scope.selector());
    }
    return Routing.forRead(node.collection(scope.collection()), scope.selector());
  }

  private List<Hit> hits(
      Scope scope, ReplicaSet shard, Function<ReplicaStore, List<StoredPoint>> question) {
    List<List<Hit>> answers = new ArrayList<>();
    read(
        scope,
        shard,
        question,
        (peer, points) -> answers.add(points.stream()
            .map(point -> peer == node.peerId() ? point : Numbers.rounded(point))
            .map(point -> new Hit(point, shard.key(), 0))
            .toList()));
    return agreement(scope, shard).items(answers, scope.shown());
  }

  private static Agreement agreement(Scope scope, ReplicaSet shard) {
    return Agreement.of(scope.consistency(), shard.replicas().size());
  }

  /**
   * As many answers as the request's consistency demands: here first, where a readable replica is local, then at other
   * peers, which look at no state.
   */
  private <T> List<T> read(Scope scope, ReplicaSet shard, Function<ReplicaStore, T> question) {
    List<T> answers = new ArrayList<>();
    read(scope, shard, question, (peer, answer) -> answers.add(answer));
    return answers;
  }

  private <T> void read(
      Scope scope,
      ReplicaSet shard,
      Function<ReplicaStore, T> question,
      BiConsumer<Long, T> answers) {
    int demanded = agreement(scope, shard).answers();
    List<Long> peers = new ArrayList<>(shard.peers(ReplicaSet::readable));
    if (peers.size() < Math.max(1, demanded)) {
      throw QdrantError.service(
          "The replica set for shard %s on peer %s does not have enough active replicas"
              .formatted(shard.shardId(), node.peerId()));
    }
    peers.sort(Comparator.comparingInt(peer -> rank(shard, peer)));
    QdrantError last = null;
    int answered = 0;
    for (long peer : peers) {
      PeerNode reader = node.cluster().node(peer);
      try {
        reader.awaitRunning();
        LocalReplica replica = reader.replica(scope.collection(), shard.shardId());
        replica.limitRead(
            node.collection(scope.collection()).config().getStrictModeConfig(), scope.cost());
        answers.accept(peer, question.apply(replica.store()));
        if (++answered == demanded) {
          return;
        }
      } catch (QdrantError e) {
        if (e.kind() == QdrantError.Kind.BAD_INPUT
            || e.kind() == QdrantError.Kind.RATE_LIMITED
            || e.kind() == QdrantError.Kind.UNIMPLEMENTED) {
          throw e;
        }
        last = e;
      }
    }
    throw last == null ? QdrantError.service("no replica of shard " + shard.shardId()) : last;
  }

  private int rank(ReplicaSet shard, long peer) {
    int remote = peer == node.peerId() ? 0 : 1;
    return shard.replicas().get(peer) == ReplicaState.Active ? remote : remote + 2;
  }
}
