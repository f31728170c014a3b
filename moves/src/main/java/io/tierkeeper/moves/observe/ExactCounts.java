package io.tierkeeper.moves.observe;

import io.tierkeeper.governance.decision.Direction;
import io.tierkeeper.moves.Move;
import io.tierkeeper.moves.MoveJournal;
import io.tierkeeper.moves.content.CopyMark;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.QdrantReads;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardKey;
import io.tierkeeper.qdrant.ShardSelector;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts by Qdrant, each made once; nothing is counted where the observation is not clear. */
final class ExactCounts implements PointCounts {

  private final Move move;
  private final MoveJournal journal;
  private final ClusterLayout layout;
  private final boolean countable;
  /** Promotions without marks, see {@link #marked}. */
  private final Set<String> unmarked;

  private @Nullable Long inFallback;
  private @Nullable Long marked;
  private @Nullable PointSample shared;
  private @Nullable PointSample foreign;

  ExactCounts(
      Move move,
      MoveJournal journal,
      ClusterLayout layout,
      boolean countable,
      Set<String> unmarked) {
    this.move = move;
    this.journal = journal;
    this.layout = layout;
    this.countable = countable;
    this.unmarked = unmarked;
  }

  /** The most that a replica of the fallback shows: a point that only one of them has is there, too. */
  @Override
  public long inFallback() {
    if (!countable) {
      return 0;
    }
    Long known = inFallback;
    if (known == null) {
      known = layout.readsOf(move.fallback()).stream()
          .mapToLong(port -> port.count(
              move.collection(), ShardSelector.key(move.fallback()), move.tenantFilter()))
          .max()
          .orElse(0);
      inFallback = known;
    }
    return known;
  }

  /**
   * The marks of this move. They have no index, so that a count reads the payload of every point of the tenant: in a promotion
   * only an undo makes marks, and the journal knows of that one first.
   */
  @Override
  public long marked() {
    if (!countable) {
      return 0;
    }
    boolean promoting = move.direction() == Direction.PROMOTE && !journal.undo();
    if (promoting && journal.header().startedAt() != null && unmarked.contains(move.uid())) {
      return 0;
    }
    Long known = marked;
    if (known == null) {
      known = port()
          .count(
              move.collection(),
              ShardSelector.key(move.fallback()),
              move.tenantFilter().and(CopyMark.filter(move.uid())));
      marked = known;
    }
    if (promoting && known == 0) {
      unmarked.add(move.uid());
    }
    return known;
  }

  @Override
  public PointSample shared() {
    PointSample known = shared;
    if (known == null) {
      // Before the pre-copy scan and after it, but not at each slice of it.
      boolean due = layout.state(move.dedicated()) == KeyState.ABSENT
          ? journal.header().startedAt() == null || journal.evidence().copied() != null
          : journal.header().verified();
      known = due && countable ? sample(move.fallback(), move.sharedPoints()) : PointSample.NONE;
      shared = known;
    }
    return known;
  }

  @Override
  public PointSample foreign() {
    PointSample known = foreign;
    if (known == null) {
      Optional<ShardKey> readable = Stream.of(move.dedicated(), move.thawedCopyKey())
          .filter(key -> countable && layout.state(key) == KeyState.ACTIVE)
          .findFirst();
      known = readable.map(this::foreign).orElse(PointSample.NONE);
      foreign = known;
    }
    return known;
  }

  private PointSample foreign(ShardKey key) {
    PointSample none = sample(key, move.foreignPoints());
    PointSample also = sample(key, move.sharedPoints());
    return new PointSample(
        none.count() + also.count(),
        Stream.concat(none.ids().stream(), also.ids().stream())
            .limit(PointSample.MAX_NAMED)
            .toList());
  }

  private PointSample sample(ShardKey key, Filter filter) {
    ShardSelector in = ShardSelector.key(key);
    long count = port().count(move.collection(), in, filter);
    return count == 0
        ? PointSample.NONE
        : new PointSample(
            count,
            port()
                .scroll(ScrollRequest.whole(move.collection(), in, filter, PointSample.MAX_NAMED)
                    .idsOnly())
                .points()
                .stream()
                .map(Point::id)
                .toList());
  }

  @Override
  public boolean tenantIndexed() {
    return countable
        && port()
            .describe(move.collection())
            .map(description -> description.indexedFields().containsKey(move.tenantField()))
            .orElse(false);
  }

  private QdrantReads port() {
    return layout.anyPort();
  }
}
