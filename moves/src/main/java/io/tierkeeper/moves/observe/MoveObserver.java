package io.tierkeeper.moves.observe;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads everything a move depends on; changes nothing. */
public final class MoveObserver {

  private record Seen(String picture, Instant since) {}

  private final LayoutObserver layouts;
  private final InstantSource clock;
  private final Map<String, Seen> seen = new HashMap<>();
  /** Promotions of which this process has found no marks and made none since. */
  private final Set<String> unmarked = new HashSet<>();

  public MoveObserver(QdrantCluster cluster, InstantSource clock) {
    this.layouts = new LayoutObserver(cluster);
    this.clock = clock;
  }

  /** One observation; reads the layout twice while it matters that it is steady. */
  public Observation observe(Move move, MoveJournal journal) {
    ClusterLayout layout = layouts.observe(move.collection());
    boolean steady = true;
    if (journal.promotion().map(Promotion::activeSince).isEmpty()
        && layout.disagreement().isEmpty()
        && layout.state(move.dedicated()) == KeyState.ACTIVE) {
      // State and transfer list are not changed in one go, so one poll may catch them in between.
      ClusterLayout second = layouts.observe(move.collection());
      steady = second.disagreement().isEmpty() && picture(second).equals(picture(layout));
    }
    Optional<String> fault = Optional.empty();
    long inFallback = 0;
    long marked = 0;
    PointSample shared = PointSample.NONE;
    PointSample foreign = PointSample.NONE;
    boolean indexed = false;
    if (layout.disagreement().isEmpty() && layout.exists()) {
      QdrantReads port = layout.anyPort();
      try {
        inFallback = inFallback(move, layout);
        marked = inFallback == 0 ? 0 : marked(move, journal, port);
        indexed = port.describe(move.collection())
            .map(description -> description.indexedFields().containsKey(move.tenantField()))
            .orElse(false);
        boolean demoting = move.direction() == Direction.DEMOTE || journal.undo() || marked > 0;
        if (demoting) {
          foreign = foreign(move, journal, layout);
        } else if (layout.state(move.dedicated()) == KeyState.ABSENT
            ? journal.header().startedAt() == null || journal.evidence().copied() != null
            : journal.header().verified()) {
          // Before the pre-copy scan and after it, but not at each slice of it.
          shared = sample(move, port, move.fallback(), move.sharedPoints());
        }
      } catch (QdrantException e) {
        fault = Optional.of("the fallback key cannot be counted: " + e.getMessage());
      }
    }
    Instant now = clock.instant();
    String picture = picture(layout) + fault.isPresent();
    long points = move.keys().stream()
        .flatMap(key -> layout.replicas(key).stream())
        .mapToLong(Replica::points)
        .sum();
    Instant unchangedSince = since(move.uid(), picture, now);
    Instant idleSince = since(move.uid() + "/points", picture + points, now);
    return new Observation(
        layout,
        fault,
        inFallback,
        shared,
        foreign,
        marked,
        indexed,
        steady,
        Duration.between(unchangedSince, now),
        Duration.between(idleSince, now));
  }

  /**
   * The marks of this move. They have no index, so that a count reads every point of the tenant: in a promotion only an undo
   * makes marks, and the journal knows of that one first.
   */
  private long marked(Move move, MoveJournal journal, QdrantReads port) {
    boolean promoting = move.direction() == Direction.PROMOTE && !journal.undo();
    if (promoting && journal.header().deeds() > 0 && unmarked.contains(move.uid())) {
      return 0;
    }
    long marked = port.count(
        move.collection(),
        ShardSelector.key(move.fallback()),
        move.tenantFilter().and(CopyMark.filter(move.uid())));
    if (promoting && marked == 0) {
      unmarked.add(move.uid());
    } else {
      unmarked.remove(move.uid());
    }
    return marked;
  }

  /** The most that a replica of the fallback shows: a point that only one of them has is there, too. */
  private static long inFallback(Move move, ClusterLayout layout) {
    return layout.readsOf(move.fallback()).stream()
        .mapToLong(port ->
            port.count(move.collection(), ShardSelector.key(move.fallback()), move.tenantFilter()))
        .max()
        .orElse(0);
  }

  private static PointSample foreign(Move move, MoveJournal journal, ClusterLayout layout) {
    boolean due = journal.evidence().copied() == null
        || (journal.header().verified() && !journal.header().deletionBegun());
    Optional<ShardKey> readable = Stream.of(move.dedicated(), move.thawedCopyKey())
        .filter(key -> layout.state(key) == KeyState.ACTIVE)
        .findFirst();
    if (!due || readable.isEmpty()) {
      return PointSample.NONE;
    }
    QdrantReads port = layout.anyPort();
    PointSample none = sample(move, port, readable.get(), move.foreignPoints());
    PointSample also = sample(move, port, readable.get(), move.sharedPoints());
    return new PointSample(
        none.count() + also.count(),
        Stream.concat(none.ids().stream(), also.ids().stream())
            .limit(PointSample.MAX_NAMED)
            .toList());
  }

  private static PointSample sample(Move move, QdrantReads port, ShardKey key, Filter filter) {
    ShardSelector in = ShardSelector.key(key);
    long count = port.count(move.collection(), in, filter);
    return count == 0
        ? PointSample.NONE
        : new PointSample(
            count,
            port
                .scroll(ScrollRequest.whole(move.collection(), in, filter, PointSample.MAX_NAMED)
                    .idsOnly())
                .points()
                .stream()
                .map(Point::id)
                .toList());
  }

  private Instant since(String name, String picture, Instant now) {
    Seen before = seen.get(name);
    // What began after now began before the clock was set back: it counts anew.
    if (before == null || !before.picture().equals(picture) || before.since().isAfter(now)) {
      before = new Seen(picture, now);
      seen.put(name, before);
    }
    return before.since();
  }

  public void forget(Move move) {
    seen.remove(move.uid());
    unmarked.remove(move.uid());
    seen.remove(move.uid() + "/points");
  }

  private static String picture(ClusterLayout layout) {
    return layout.peers().stream()
            .map(PeerObservation::view)
            .map(view -> view == null ? "-" : places(view) + "" + view.transfers())
            .collect(Collectors.joining(";"))
        + layout.silent().size();
  }

  private static Set<String> places(PeerView view) {
    return view.replicas().stream()
        .map(replica -> replica.shardId() + "@" + replica.peerId() + "=" + replica.state())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
