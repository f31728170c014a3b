package io.tierkeeper.moves.snapshot;

import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.moves.observe.ClusterLayout;
import io.tierkeeper.moves.observe.KeyState;
import io.tierkeeper.moves.observe.LayoutObserver;
import io.tierkeeper.moves.observe.PeerObservation;
import io.tierkeeper.moves.scan.TenantReads;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.KeyTemplate;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ReplicaState;
import io.tierkeeper.qdrant.ReservedNames;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Brings a tenant from a stored snapshot into a new shard key of its collection. It may be interrupted anywhere and repeated: a
 * mark in the metadata of the collection says that the key is its own.
 */
public final class Restoration {

  /** Name of the mark, before that of the key; its value is the checksum of the snapshot. */
  static final String MARK = "tierkeeper.io/restore/";

  /** An address of several peers shows another one within so many answers, most likely. */
  private static final int LOOKS = 4;

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(200);

  private final QdrantCluster cluster;
  private final Path file;
  private final StoredSnapshot snapshot;
  private final ShardKey key;
  private final RestoreListener listener;
  private final String collection;

  /**
   * A restoration that has not begun.
   *
   * @param file the snapshot
   * @param snapshot its description
   * @param key that does not exist
   */
  public Restoration(
      QdrantCluster cluster,
      Path file,
      StoredSnapshot snapshot,
      ShardKey key,
      RestoreListener listener) {
    this.cluster = cluster;
    this.file = file;
    this.snapshot = snapshot;
    this.key = key;
    this.listener = listener;
    this.collection = snapshot.origin().collection();
  }

  /**
   * Checks everything and changes nothing.
   *
   * @return what {@link #run} would do
   * @throws RestoreException if it cannot be done
   */
  public RestoreResult plan() {
    requireWholeFile();
    onePeerForEachAddress();
    ClusterLayout layout = settled();
    CollectionDescription description = layout
        .anyPort()
        .describe(collection)
        .filter(found -> layout.exists())
        .orElseThrow(() -> new RestoreException("collection " + collection
            + " does not exist; create it with the settings that it had, and repeat the command"));
    requireFittingCollection(description);
    boolean resumed = snapshot.sha256().equals(description.metadata().get(MARK + key));
    KeyState state = layout.state(key);
    if (state != KeyState.ABSENT && !resumed) {
      throw new RestoreException("shard key " + key + " of collection " + collection
          + " exists; a tenant is restored into a new key only: name another with --to");
    }
    requireNoMove(layout);
    if (state == KeyState.ABSENT && key.equals(ShardKey.of(snapshot.origin().tenantId()))) {
      long points = layout.anyPort().count(collection, ShardSelector.all(), mine());
      if (points > 0) {
        throw new RestoreException(
            "tenant " + snapshot.origin().tenant() + " has " + points
                + " points in other shard keys, which a key of its own name would hide; name another key with --to");
      }
    }
    long peer = state == KeyState.ABSENT
        ? layout.leastLoaded(List.of()).orElseThrow()
        : layout.replicas(key).getFirst().peerId();
    if (layout.port(peer).isEmpty()) {
      throw new RestoreException("peer " + Long.toUnsignedString(peer) + " holds shard key " + key
          + " and has no address in --qdrant; add it");
    }
    return result(peer, snapshot.points(), state != KeyState.ABSENT);
  }

  /**
   * Creates the key, recovers the snapshot into it and compares.
   *
   * @throws RestoreException if it cannot be done; a repeat continues
   */
  public RestoreResult run() {
    RestoreResult plan = plan();
    QdrantWrites any = cluster.peers().getFirst();
    if (!plan.resumed()) {
      any.changeMetadata(collection, Map.of(MARK + key, snapshot.sha256()));
      any.createShardKey(
          collection,
          new KeyTemplate(key, Long.parseUnsignedLong(plan.peer()), ReplicaState.PARTIAL));
    }
    ClusterLayout layout =
        await("shows shard key " + key, seen -> seen.replicas(key).size() == 1);
    Replica replica = layout.replicas(key).getFirst();
    if (layout.state(key) != KeyState.ACTIVE) {
      recover(replica);
      layout = await(
          "shows shard key " + key + " Active on one peer",
          seen -> seen.state(key) == KeyState.ACTIVE && seen.replicas(key).size() == 1);
    }
    KeyContent restored = compare(layout.port(replica.peerId()).orElseThrow());
    any.changeMetadata(collection, Collections.singletonMap(MARK + key, null));
    return result(replica.peerId(), restored.points(), plan.resumed());
  }

  private RestoreResult result(long peer, long points, boolean resumed) {
    return new RestoreResult(
        snapshot.file(),
        snapshot.takenAt(),
        collection,
        snapshot.origin().tenant(),
        key.toString(),
        Long.toUnsignedString(peer),
        points,
        resumed,
        snapshot.content() != null);
  }

  private void requireWholeFile() {
    if (!snapshot.complete()) {
      throw new RestoreException(
          "snapshot " + snapshot.file() + " was not stored completely; use another one");
    }
    try {
      if (!Files.exists(file)) {
        throw new RestoreException("snapshot file " + file + " does not exist; "
            + "copy it into the directory of its description");
      }
      String actual = SnapshotStore.sha256(file);
      if (!actual.equals(snapshot.sha256())) {
        throw new RestoreException("snapshot file " + file + " has checksum " + actual
            + " and must have " + snapshot.sha256() + "; copy it again, or use another one");
      }
    } catch (IOException e) {
      throw new RestoreException("snapshot file " + file + " cannot be read: " + e, e);
    }
  }

  /** On a peer that does not hold the shard, Qdrant would add a replica to it. */
  private void onePeerForEachAddress() {
    for (QdrantWrites port : cluster.peers()) {
      long peers = IntStream.range(0, LOOKS)
          .mapToLong(look -> port.status().peerId())
          .distinct()
          .count();
      if (peers > 1) {
        throw new RestoreException("address " + port.endpoint()
            + " leads to several peers; a snapshot must reach the peer that holds the new key: give the address of each peer in"
            + " --qdrant, or that of one pod");
      }
    }
  }

  private ClusterLayout settled() {
    ClusterLayout layout = new LayoutObserver(cluster).observe(collection);
    if (layout.peers().isEmpty()) {
      throw new RestoreException("no peer answers: " + String.join(", ", layout.silent()));
    }
    // The address of one peer is enough: that peer gets the key.
    boolean some = layout.silent().isEmpty()
        && layout.peers().size() < layout.peers().getFirst().status().peers().size();
    layout.disagreement().filter(why -> !some).ifPresent(why -> {
      throw new RestoreException(why + "; repeat the command when all peers agree");
    });
    if (!layout.transfers().isEmpty() || layout.resharding()) {
      throw new RestoreException("shards of collection " + collection + " are being transferred"
          + "; repeat the command when no transfer runs");
    }
    return layout;
  }

  private void requireFittingCollection(CollectionDescription description) {
    if (!description.customSharding()) {
      throw new RestoreException(
          "collection " + collection + " has no custom sharding and thus no shard keys"
              + "; create it with sharding_method: custom, and repeat the command");
    }
    Map<String, String> now = VectorNames.of(description.settings());
    if (!now.equals(snapshot.vectors())) {
      throw new RestoreException("collection " + collection + " has vectors " + now
          + " and the snapshot has " + snapshot.vectors()
          + "; create a collection with the vectors of the snapshot");
    }
  }

  private void requireNoMove(ClusterLayout layout) {
    String keys = layout.keys().stream()
        .filter(each -> ReservedNames.moveOf(each).isPresent())
        .map(ShardKey::toString)
        .sorted()
        .collect(Collectors.joining(", "));
    if (!keys.isEmpty()) {
      throw new RestoreException("a move works on shard keys " + keys + " of collection "
          + collection + "; repeat the command when it has ended");
    }
    boolean promoting = layout.state(ShardKey.of(snapshot.origin().tenantId())) == KeyState.PARTIAL
        && !key.equals(ShardKey.of(snapshot.origin().tenantId()));
    long copies = layout
        .anyPort()
        .count(
            collection,
            ShardSelector.all(),
            new Filter(mine().must(), List.of(new Filter.IsEmpty(CopyMark.MOVE_FIELD))));
    if (promoting || copies > 0) {
      throw new RestoreException("a move of tenant " + snapshot.origin().tenant()
          + " runs in collection " + collection + "; repeat the command when it has ended");
    }
  }

  private Filter mine() {
    return Filter.tenant(snapshot.origin().tenantField(), snapshot.origin().tenantId());
  }

  private void recover(Replica replica) {
    QdrantWrites port = cluster.peers().stream()
        .filter(each -> each.status().peerId() == replica.peerId())
        .findFirst()
        .orElseThrow(() -> new RestoreException("peer " + Long.toUnsignedString(replica.peerId())
            + " does not answer; repeat the command"));
    listener.begins("upload", 0);
    port.recoverShardSnapshot(collection, replica.shardId(), file);
  }

  private KeyContent compare(QdrantReads port) {
    listener.begins("compare", snapshot.points());
    KeyContent restored = KeyContent.read(port, collection, key, TenantReads.PAGE, listener::read);
    long others = port.count(
        collection,
        ShardSelector.key(key),
        Filter.notOf(snapshot.origin().tenantField(), snapshot.origin().tenantId()));
    Optional<String> difference = others > 0
        ? Optional.of(others + " points are not of tenant " + snapshot.origin().tenant())
        : snapshot.content() == null
            ? Optional.empty()
            : restored.points() != snapshot.points()
                ? Optional.of(restored.points() + " points were restored, and the snapshot has "
                    + snapshot.points())
                : snapshot.content().equals(restored.fingerprint())
                    ? Optional.empty()
                    : Optional.of("ids or payloads are not those of the snapshot");
    difference.ifPresent(what -> {
      throw new RestoreException("shard key " + key + ": " + what
          + "; let no client write to it: delete the key and repeat the command");
    });
    return restored;
  }

  private ClusterLayout await(String what, Predicate<ClusterLayout> reached) {
    long until = System.nanoTime() + TIMEOUT.toNanos();
    while (true) {
      ClusterLayout layout = new LayoutObserver(cluster).observe(collection);
      boolean everywhere = layout.silent().isEmpty()
          && layout.peers().stream()
              .map(PeerObservation::view)
              .allMatch(view -> view != null && !view.replicasOf(key).isEmpty());
      if (everywhere && reached.test(layout)) {
        return layout;
      }
      if (System.nanoTime() > until) {
        throw new RestoreException(
            "not every peer " + what + " after " + TIMEOUT.toSeconds() + " s; repeat the command");
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }
}
