package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.TenantConnection.Answer;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ScrollRequest;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Function;

/** A client that reads its tenant in every way that applications do: counts, searches and full scrolls. */
final class TenantReader implements Runnable {

  /** The field of points that belong to several tenants. */
  static final String SHARED = "shared";

  private static final int PAGE = 1000;
  private static final int TOP = 10;
  private static final long QUERY_VECTORS = 1_000_000;

  private final TenantContext context;
  private final int number;
  private final SplittableRandom random;

  /** @param number identifies this reader in the history */
  TenantReader(TenantContext context, int number, SplittableRandom random) {
    this.context = context;
    this.number = number;
    this.random = random;
  }

  @Override
  public void run() {
    while (!context.gate().stopped()) {
      int dice = random.nextInt(100);
      if (dice < 60) {
        count();
      } else if (dice < 64) {
        scroll(dice < 62);
      } else {
        search();
      }
      context.gate().pause(context.settings().readerPause());
    }
  }

  private void count() {
    CountBounds.Invocation bounds = context.bounds().invoke();
    Answer<Long> answer =
        send(port -> port.count(context.collection(), context.selector(), context.filter()));
    Long size = answer.value();
    record(size == null ? -1 : size, bounds, answer);
  }

  private void scroll(boolean withVectors) {
    CountBounds.Invocation bounds = context.bounds().invoke();
    ScrollRequest request = new ScrollRequest(
        context.collection(), context.selector(), context.filter(), null, PAGE, true, withVectors);
    Answer<List<Point>> answer = send(port -> TieredScene.scroll(port, request));
    recordRead(answer, withVectors);
    List<Point> found = answer.value();
    if (found != null) {
      record(found.size(), bounds, answer);
    }
  }

  private void search() {
    float[] vector = context.points().vector(random.nextLong(QUERY_VECTORS), 1);
    Answer<List<Point>> answer = send(port -> port
        .search(
            context.collection(),
            context.selector(),
            context.points().searched(),
            vector,
            context.filter(),
            TOP,
            true)
        .stream()
        .map(hit -> new Point(hit.id(), hit.payload(), Map.of()))
        .toList());
    recordRead(answer, false);
  }

  private <T> Answer<T> send(Function<QdrantWrites, T> call) {
    int peers = context.settings().readPeers();
    return peers > 0
        ? context.connection().sendTo(Math.floorMod(number, peers), "read", random, call)
        : context.connection().send("read", random, call);
  }

  private void record(long size, CountBounds.Invocation bounds, Answer<?> answer) {
    context
        .history()
        .add(new Operation.Size(
            context.tenant(),
            size,
            bounds.atLeast(),
            bounds.atMost(),
            answer.invokedAt(),
            answer.returnedAt(),
            answer.outcome()));
  }

  private void recordRead(Answer<List<Point>> answer, boolean withVectors) {
    List<Point> found = answer.value() == null ? List.of() : answer.value();
    long[] ids = new long[found.size()];
    long[] versions = new long[found.size()];
    long[][] registers = new long[found.size()][];
    int doubled = 0;
    int leaked = 0;
    int faulty = 0;
    int used = 0;
    Set<PointId> distinct = new HashSet<>();
    for (Point point : found) {
      doubled += distinct.add(point.id()) ? 0 : 1;
      if (point.payload().containsKey(SHARED)) {
        continue;
      }
      if (!ownedByTenant(point)) {
        leaked += cleared(point) ? 0 : 1;
        continue;
      }
      Optional<CheckedPoints.Reading> reading =
          context.points().read(context.tenant(), point, withVectors);
      if (reading.isEmpty() || reading.get().fault() != null) {
        faulty++;
        continue;
      }
      ids[used] = reading.get().id();
      registers[used] = reading.get().registers();
      versions[used++] = reading.get().version();
    }
    context
        .history()
        .add(new Operation.Read(
            context.tenant(),
            number,
            Arrays.copyOf(ids, used),
            Arrays.copyOf(versions, used),
            Arrays.copyOf(registers, used),
            doubled,
            leaked,
            faulty,
            answer.invokedAt(),
            answer.returnedAt(),
            answer.outcome()));
  }

  /** A read matches a point and returns it a moment later: a client may have cleared its payload in between. */
  private boolean cleared(Point point) {
    return context.points().manyFields() && point.payload().isEmpty();
  }

  private boolean ownedByTenant(Point point) {
    return context.tenant().toString().equals(context.points().owner(point));
  }
}
