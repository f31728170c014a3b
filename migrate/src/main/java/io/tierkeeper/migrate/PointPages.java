package io.tierkeeper.migrate;

import io.tierkeeper.moves.scan.Halving;
import io.tierkeeper.moves.scan.IdStream;
import io.tierkeeper.qdrant.CollectionDescription.UpdateQueue;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantException;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import io.tierkeeper.qdrant.ShardSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Calls about many points of a collection: in pages, in parts where the server refuses so many, and repeated where the server is
 * away. All calls of a migration may be repeated.
 *
 * @param peers of the cluster; all of them are read, since a replica may lag behind
 * @param page points in one call, at most
 * @param patience how long a failing call is repeated
 */
record PointPages(List<QdrantWrites> peers, int page, Duration patience) {
  private static final Duration PAUSE = Duration.ofMillis(200);

  /** All points that match, in the order of their ids. */
  void scan(ScrollRequest request, Consumer<List<Point>> consumer) {
    PageReader reader = new PageReader(request);
    List<Point> points = reader.next();
    while (!points.isEmpty()) {
      consumer.accept(points);
      points = reader.next();
    }
  }

  /** Reads pages of all replicas; after a failure it continues behind the last point. */
  private final class PageReader {
    private final ScrollRequest request;
    private @Nullable IdStream stream;
    private @Nullable PointId last;

    PageReader(ScrollRequest request) {
      this.request = request;
    }

    List<Point> next() {
      List<Point> points = new ArrayList<>(page);
      long begin = System.nanoTime();
      while (true) {
        try {
          IdStream open = stream == null ? open() : stream;
          stream = open;
          while (points.size() < page && open.peek() != null) {
            Point point = open.next();
            points.add(point);
            last = point.id();
          }
          return points;
        } catch (QdrantException.Unavailable | QdrantException.OutcomeUnknown e) {
          stream = null;
          waitAfter(e, begin);
        }
      }
    }

    private IdStream open() {
      IdStream open =
          new IdStream(List.copyOf(peers), last == null ? request : request.startingAt(last));
      if (last != null) {
        open.nextIf(last);
      }
      return open;
    }
  }

  /** The points of these ids. */
  List<Point> read(String collection, ShardSelector selector, List<PointId> ids) {
    List<Point> found = new ArrayList<>();
    inParts(ids, part -> found.addAll(call(port -> port.retrieve(collection, selector, part))));
    return found;
  }

  /** Those of these ids that exist. */
  Set<PointId> present(String collection, ShardSelector selector, List<PointId> ids) {
    Set<PointId> found = new HashSet<>();
    inParts(ids, part -> {
      ScrollRequest request = ScrollRequest.whole(
              collection, selector, Filter.ids(part), part.size())
          .idsOnly();
      // An id that only one replica shows is there as well.
      for (QdrantWrites peer : peers) {
        call(peer, port -> port.scroll(request)).points().forEach(point -> found.add(point.id()));
      }
    });
    return found;
  }

  /** A write of many items, in parts where the server refuses so many. */
  <T> void write(List<T> items, Function<List<T>, Consumer<QdrantWrites>> write) {
    inParts(items, part -> run(write.apply(part)));
  }

  private <T> void inParts(List<T> items, Consumer<List<T>> call) {
    for (int from = 0; from < items.size(); from += page) {
      Halving.each(items.subList(from, Math.min(items.size(), from + page)), call);
    }
  }

  /** A mutating call, which may be repeated, to any peer that answers. */
  void run(Consumer<QdrantWrites> call) {
    call(port -> {
      call.accept(port);
      return port;
    });
  }

  /** A call to any peer that answers. */
  <T> T call(Function<QdrantWrites, T> call) {
    long begin = System.nanoTime();
    for (int turn = 0; ; turn++) {
      try {
        return call.apply(peers.get(turn % peers.size()));
      } catch (QdrantException.Unavailable | QdrantException.OutcomeUnknown e) {
        waitAfter(e, begin);
      }
    }
  }

  private <T> T call(QdrantWrites peer, Function<QdrantWrites, T> call) {
    return new PointPages(List.of(peer), page, patience).call(call);
  }

  /** Whether no peer has updates of a collection that are acknowledged and not applied. */
  boolean isApplied(String collection) {
    return peers.stream()
        .map(peer -> call(peer, port -> port.describe(collection)))
        .flatMap(Optional::stream)
        .allMatch(description -> description.updateQueue().equals(UpdateQueue.NONE));
  }

  private void waitAfter(QdrantException failure, long begin) {
    if (System.nanoTime() - begin > patience.toNanos()) {
      throw failure;
    }
    Duration said =
        failure instanceof QdrantException.RateLimited limited ? limited.retryAfter() : null;
    try {
      Thread.sleep(said == null ? PAUSE : said);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw failure;
    }
  }
}
