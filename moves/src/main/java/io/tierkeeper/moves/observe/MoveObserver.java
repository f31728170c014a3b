package io.tierkeeper.moves.observe;

import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.Protocol.Promotion;
import io.tierkeeper.qdrant.PeerView;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.Replica;
import io.tierkeeper.qdrant.ShardSelector;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Reads everything a move depends on; changes nothing. Several moves of a collection may be observed at a time, one retained and one
 * at work, each by one thread at a time.
 */
public final class MoveObserver {

  private record Seen(String picture, Instant since) {}

  private final LayoutObserver layouts;
  private final InstantSource clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();
  /** Promotions of which this process has found no marks and made none since. */
  private final Set<String> unmarked = ConcurrentHashMap.newKeySet();
  /** Moves whose fallback could not be read, or counted, at their last step. */
  private final Set<String> faulty = ConcurrentHashMap.newKeySet();

  public MoveObserver(QdrantCluster cluster, InstantSource clock) {
    this.layouts = new LayoutObserver(cluster);
    this.clock = clock;
  }

  /** One observation; reads the layout twice while it matters that it is steady. */
  public Observation observe(Move move, MoveJournal journal) {
    if (!faulty.remove(move.uid())) {
      forget(faultOf(move));
    }
    if (journal.undo()) {
      unmarked.remove(move.uid());
    }
    ClusterLayout layout = layouts.observe(move.collection());
    boolean steady = true;
    if (journal.promotion().map(Promotion::activeSince).isEmpty()
        && layout.disagreement().isEmpty()
        && layout.state(move.dedicated()) == KeyState.ACTIVE) {
      // State and transfer list are not changed in one go, so one poll may catch them in between.
      ClusterLayout second = layouts.observe(move.collection());
      steady = second.disagreement().isEmpty() && picture(second).equals(picture(layout));
    }
    return at(move, journal, layout, steady, fallbackFault(move, layout));
  }

  /** The same, of which a count has failed. */
  public Observation uncounted(
      Move move, MoveJournal journal, Observation seen, QdrantException failure) {
    return at(move, journal, seen.layout(), seen.steady(), Optional.of(fault(failure)));
  }

  private Observation at(
      Move move,
      MoveJournal journal,
      ClusterLayout layout,
      boolean steady,
      Optional<String> fault) {
    Instant now = clock.instant();
    String picture = picture(layout) + fault.isPresent();
    long points = move.keys().stream()
        .flatMap(key -> layout.replicas(key).stream())
        .mapToLong(Replica::points)
        .sum();
    String name = move.uid();
    if (fault.isPresent()) {
      // A count that fails shows that only when it is made, after an observation without a fault.
      name = faultOf(move);
      faulty.add(move.uid());
      forget(move.uid());
    }
    Instant unchangedSince = since(name, picture, now);
    Instant idleSince = since(name + "/points", picture + points, now);
    return new Observation(
        layout,
        fault,
        new ExactCounts(
            move,
            journal,
            layout,
            fault.isEmpty() && layout.disagreement().isEmpty() && layout.exists(),
            unmarked),
        steady,
        Duration.between(unchangedSince, now),
        Duration.between(idleSince, now));
  }

  /** The state that is shown does not prove that the fallback can be read, so one point is looked for. */
  private static Optional<String> fallbackFault(Move move, ClusterLayout layout) {
    if (layout.disagreement().isPresent() || !layout.exists()) {
      return Optional.empty();
    }
    ShardSelector fallback = ShardSelector.key(move.fallback());
    try {
      layout
          .readsOf(move.fallback())
          .forEach(port -> port.retrieve(move.collection(), fallback, List.of(PointId.of(0))));
      return Optional.empty();
    } catch (QdrantException e) {
      return Optional.of(fault(e));
    }
  }

  private static String fault(QdrantException failure) {
    return "the fallback key cannot be counted: " + failure.getMessage();
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
    forget(move.uid());
    unmarked.remove(move.uid());
  }

  private void forget(String name) {
    seen.remove(name);
    seen.remove(name + "/points");
  }

  private static String faultOf(Move move) {
    return move.uid() + "/fault";
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
