package io.tierkeeper.moves.observe;

import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardTransfer;
import java.net.URI;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A collection's layout as every peer shows it at one poll.
 *
 * @param silent the peers that did not answer, each with its reason
 * @param credentialsRefused whether one of them refused the API key
 */
public record ClusterLayout(
    String collection,
    List<PeerObservation> peers,
    List<String> silent,
    boolean credentialsRefused) {

  /** A layout whose silent peers refused no API key. */
  public ClusterLayout(String collection, List<PeerObservation> peers, List<String> silent) {
    this(collection, peers, silent, false);
  }

  /** In these states a replica answers reads, so that a request is not sent to the fallback. */
  private static final Set<ReplicaState> SERVING =
      EnumSet.of(ReplicaState.ACTIVE, ReplicaState.ACTIVE_READ, ReplicaState.RESHARDING_SCALE_DOWN);

  private record Place(int shardId, long peerId, ShardKey key, ReplicaState state) {}

  /** Why nothing may be concluded from this poll: a silent peer, peers that differ; empty where all agree. */
  public Optional<String> disagreement() {
    if (!silent.isEmpty()) {
      return Optional.of("no answer from " + String.join("; ", silent));
    }
    if (peers.isEmpty()) {
      return Optional.of("no peer is configured");
    }
    Set<Long> registered = new TreeSet<>();
    peers.forEach(peer -> registered.addAll(peer.status().peers()));
    Set<Long> answering = peers.stream()
        .map(peer -> peer.status().peerId())
        .collect(Collectors.toCollection(TreeSet::new));
    if (!registered.equals(answering)) {
      return Optional.of(
          "the cluster has peers " + registered + " but the endpoints reach " + answering);
    }
    if (distinct(peer -> peer.status().term()) > 1
        || distinct(peer -> peer.status().commit()) > 1) {
      return Optional.of("peers differ in term or commit: "
          + each(peer -> peer.status().term() + "/" + peer.status().commit()));
    }
    if (peers.stream().anyMatch(peer -> !peer.status().hasLeader())) {
      return Optional.of("a peer knows no Raft leader");
    }
    if (peers.stream().anyMatch(peer -> peer.status().pendingOperations() > 0)) {
      return Optional.of("a peer has operations that it has not applied yet");
    }
    if (distinct(peer -> peer.view() == null) > 1
        || distinct(ClusterLayout::placesOf) > 1
        || distinct(peer -> transfersOf(peer.view())) > 1) {
      return Optional.of("peers show different replicas or transfers");
    }
    return Optional.empty();
  }

  /** The hosts that keep the peers from agreeing: the silent ones, else those that have applied the least. */
  public List<String> laggards() {
    if (!silent.isEmpty()) {
      return silent.stream()
          .map(text -> URI.create(text.split(" ", 2)[0]).getHost())
          .filter(Objects::nonNull)
          .toList();
    }
    long newest = peers.stream().mapToLong(peer -> peer.status().commit()).max().orElse(0);
    return peers.stream()
        .filter(peer -> peer.status().commit() < newest
            || peer.status().pendingOperations() > 0
            || !peer.status().hasLeader())
        .map(peer -> peer.port().endpoint().getHost())
        .filter(Objects::nonNull)
        .toList();
  }

  /** Why moves are refused on these servers; empty where they are served. */
  public Optional<String> versionRefusal() {
    Set<String> versions = versions();
    if (versions.size() > 1) {
      return Optional.of(
          "peers run different versions " + versions + ": wait until the roll-out is complete");
    }
    for (String version : versions) {
      if (ServerVersion.of(version).compareTo(ServerVersion.MIN) < 0) {
        return Optional.of(
            "version " + version + " of Qdrant can lose writes while a tenant moves; required: "
                + ServerVersion.MIN + " or newer");
      }
    }
    return Optional.empty();
  }

  /** What people should know of a version that is served; empty where there is nothing. */
  public Optional<String> versionWarning() {
    return versions().stream()
        .filter(version -> ServerVersion.of(version).compareTo(ServerVersion.RECOMMENDED) < 0)
        .findFirst()
        .map(version -> "version " + version + " of Qdrant is served; recommended: "
            + ServerVersion.RECOMMENDED + " or newer");
  }

  /** Shard, state and peer of each replica, for messages. */
  public static String places(List<Replica> replicas) {
    return replicas.stream()
        .map(replica -> "shard " + replica.shardId() + " " + replica.state() + " on peer "
            + Long.toUnsignedString(replica.peerId()))
        .collect(Collectors.joining(", "));
  }

  /** The versions in use, in order. */
  public Set<String> versions() {
    return peers.stream()
        .map(peer -> peer.status().version())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Whether any peer knows the collection. */
  public boolean exists() {
    return peers.stream().anyMatch(peer -> peer.view() != null);
  }

  /** How many shards a key has, each with its replicas; 0 where the key does not exist. */
  public long shards(ShardKey key) {
    return replicas(key).stream().map(Replica::shardId).distinct().count();
  }

  /** What is wrong with the fallback key: it must have exactly one shard, Active on all its peers. */
  public Optional<String> fallbackFault(ShardKey fallback) {
    List<Replica> replicas = replicas(fallback);
    long shards = shards(fallback);
    if (shards != 1) {
      return Optional.of(
          "the fallback key " + fallback + " has " + shards + " shards; allowed: exactly one");
    }
    return switch (state(fallback)) {
      case ACTIVE -> Optional.empty();
      case ABSENT, PARTIAL, ACTIVE_READ, DEAD, OTHER ->
        Optional.of("a replica of the fallback key " + fallback + " is not Active");
    };
  }

  /** The replicas of a key, each with the points that its own peer reports (-1 where unknown). */
  public List<Replica> replicas(ShardKey key) {
    Map<Long, Replica> byPeer = new LinkedHashMap<>();
    for (PeerObservation peer : peers) {
      PeerView view = peer.view();
      if (view != null) {
        for (Replica replica : view.replicasOf(key)) {
          long place = replica.peerId() * 1_000_003L + replica.shardId();
          if (!byPeer.containsKey(place) || replica.points() >= 0) {
            byPeer.put(place, replica);
          }
        }
      }
    }
    return List.copyOf(byPeer.values());
  }

  /** The key's state on every replica in every peer's view. */
  public KeyState state(ShardKey key) {
    Set<ReplicaState> states = new TreeSet<>();
    int listing = 0;
    for (PeerObservation peer : peers) {
      PeerView view = peer.view();
      List<Replica> replicas = view == null ? List.of() : view.replicasOf(key);
      listing += replicas.isEmpty() ? 0 : 1;
      replicas.forEach(replica -> states.add(replica.state()));
    }
    if (states.isEmpty()) {
      return KeyState.ABSENT;
    }
    if (states.size() > 1 || listing < peers.size()) {
      return KeyState.OTHER;
    }
    return switch (states.iterator().next()) {
      case ACTIVE -> KeyState.ACTIVE;
      case ACTIVE_READ -> KeyState.ACTIVE_READ;
      case PARTIAL -> KeyState.PARTIAL;
      case DEAD -> KeyState.DEAD;
      case INITIALIZING,
          LISTENER,
          PARTIAL_SNAPSHOT,
          RECOVERY,
          MANUAL_RECOVERY,
          RESHARDING,
          RESHARDING_SCALE_DOWN,
          UNKNOWN -> KeyState.OTHER;
    };
  }

  /**
   * Whether a peer sends reads and writes for this key to the fallback instead: the key is there, and one of its shards has no
   * replica that serves. In ActiveRead both keys take the writes.
   */
  public boolean replacedByFallback(ShardKey key) {
    return peers.stream().map(PeerObservation::view).filter(Objects::nonNull).anyMatch(view -> {
      List<Replica> replicas = view.replicasOf(key);
      Set<Integer> serving = replicas.stream()
          .filter(replica -> SERVING.contains(replica.state()))
          .map(Replica::shardId)
          .collect(Collectors.toSet());
      return replicas.stream().anyMatch(replica -> !serving.contains(replica.shardId()));
    });
  }

  /** Every transfer that any peer lists. */
  public List<ShardTransfer> transfers() {
    return peers.stream()
        .flatMap(peer -> transfersOf(peer.view()).stream())
        .distinct()
        .toList();
  }

  /** The listed transfers that send from or to none of these keys: another's. */
  public List<ShardTransfer> foreignTransfers(Collection<ShardKey> ours) {
    Set<Integer> shards = ours.stream()
        .flatMap(key -> replicas(key).stream())
        .map(Replica::shardId)
        .collect(Collectors.toSet());
    return transfers().stream()
        .filter(transfer -> shards.stream().noneMatch(transfer::touches))
        .toList();
  }

  /** The listed transfers whose receiving shard belongs to this key. */
  public List<ShardTransfer> transfersInto(ShardKey key) {
    Set<Integer> shards = replicas(key).stream().map(Replica::shardId).collect(Collectors.toSet());
    return transfers().stream()
        .filter(transfer ->
            shards.contains(Objects.requireNonNullElse(transfer.toShardId(), transfer.shardId())))
        .toList();
  }

  /** Whether any peer lists a resharding operation. */
  public boolean resharding() {
    return peers.stream().anyMatch(peer -> peer.view() != null && peer.view().resharding() > 0);
  }

  /** The keys of the collection, as the first peer that knows it lists them. */
  public Set<ShardKey> keys() {
    return peers.stream()
        .map(PeerObservation::view)
        .filter(Objects::nonNull)
        .findFirst()
        .map(view -> view.replicas().stream()
            .map(Replica::key)
            .collect(Collectors.toCollection(java.util.LinkedHashSet::new)))
        .orElseGet(java.util.LinkedHashSet::new);
  }

  /** The port to the peer with this id; empty where it did not answer. */
  public Optional<QdrantReads> port(long peerId) {
    return peers.stream()
        .filter(peer -> peer.status().peerId() == peerId)
        .map(PeerObservation::port)
        .findFirst();
  }

  /** A port that serves reads and writes of points, in whatever order peers answered. */
  public QdrantReads anyPort() {
    return peers.get(0).port();
  }

  /**
   * Ports that together read every replica of this key: Qdrant answers a read from the replica of the peer that it is sent to,
   * if that is Active. {@code read_consistency: all} would not do: it leaves out what differs between replicas, and ends a
   * scroll at the first page that lacks a point for that.
   */
  public List<QdrantReads> readsOf(ShardKey key) {
    List<QdrantReads> ports = replicas(key).stream()
        .filter(replica -> replica.state() == ReplicaState.ACTIVE)
        .map(Replica::peerId)
        .distinct()
        .flatMap(peer -> port(peer).stream())
        .toList();
    return ports.size() > 1 ? ports : List.of(anyPort());
  }

  /** The peer with the fewest points, by id where they are equal; not one of these. */
  public Optional<Long> leastLoaded(List<Long> without) {
    return peers.stream()
        .filter(peer -> !without.contains(peer.status().peerId()))
        .min(Comparator.comparingLong(ClusterLayout::pointsOn)
            .thenComparing(peer -> peer.status().peerId()))
        .map(peer -> peer.status().peerId());
  }

  private static long pointsOn(PeerObservation peer) {
    return Stream.ofNullable(peer.view())
        .flatMap(view -> view.replicas().stream())
        .mapToLong(replica -> Math.max(0, replica.points()))
        .sum();
  }

  private long distinct(java.util.function.Function<PeerObservation, ?> property) {
    return peers.stream().map(property).distinct().count();
  }

  private String each(java.util.function.Function<PeerObservation, String> property) {
    return peers.stream()
        .map(peer -> "peer " + peer.status().peerId() + " " + property.apply(peer))
        .collect(Collectors.joining(", "));
  }

  private static Set<Place> placesOf(PeerObservation peer) {
    PeerView view = peer.view();
    return view == null
        ? Set.of()
        : view.replicas().stream()
            .map(replica ->
                new Place(replica.shardId(), replica.peerId(), replica.key(), replica.state()))
            .collect(Collectors.toSet());
  }

  private static Set<ShardTransfer> transfersOf(@org.jspecify.annotations.Nullable PeerView view) {
    return view == null ? Set.of() : Set.copyOf(view.transfers());
  }
}
