package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.workload.Operation.Outcome;
import io.tierkeeper.lab.workload.Operation.WriteKind;
import io.tierkeeper.lab.workload.TenantConnection.Answer;
import io.tierkeeper.qdrant.Filter;
import io.tierkeeper.qdrant.Point;
import io.tierkeeper.qdrant.PointId;
import io.tierkeeper.qdrant.QdrantWrites;
import io.tierkeeper.qdrant.ShardSelector;
import io.tierkeeper.qdrant.Upsert;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** A client that writes its own ids, one operation at a time. */
final class TenantWriter implements Runnable {

  private static final int BATCH = Workload.LARGEST_BATCH;
  private static final int FEW = 3;

  /** Half of the writes go to so many of the newest points. */
  private static final int HOT_POINTS = 4;

  /** Insert or delete in batches outside of this band around the target size. */
  private static final double TARGET_FLOOR = 0.98;

  private static final double TARGET_CEILING = 1.02;

  private final TenantContext context;
  private final int writers;
  private final SplittableRandom random;
  private final PointChanges changes;
  private final List<OwnedPoint> live = new ArrayList<>();
  /** Points that are not to be changed again. */
  private final Set<Long> changed = new HashSet<>();

  private List<Long> sent = List.of();
  private long nextId;

  /**
   * A point that this writer owns.
   *
   * @param applied whether it is known to be applied, not only acknowledged
   * @param late whether its last write took so long that it may have arrived after a switch, or was sent past the dedicated key
   */
  private record OwnedPoint(long id, long version, boolean applied, boolean late) {}

  /** @param writers number of writers of the tenant, who share the target size */
  TenantWriter(TenantContext context, int writers, long firstId, SplittableRandom random) {
    this.context = context;
    this.writers = writers;
    this.nextId = firstId;
    this.random = random;
    this.changes = new PointChanges(context, random);
  }

  @Override
  public void run() {
    while (context.gate().beginWrite()) {
      boolean atTarget;
      try {
        atTarget = step();
      } finally {
        recorded();
        context.gate().endWrite();
      }
      if (atTarget) {
        context.gate().pause(context.settings().writerPause());
      }
    }
  }

  /** Inserts points up to this number. */
  void load(int points) {
    while (live.size() < points) {
      insert(Math.min(BATCH, points - live.size()), true);
    }
  }

  /** One operation; false when it was one of many towards the target size. */
  private boolean step() {
    int share = Math.max(1, context.settings().targetPoints() / writers);
    if (live.size() < share * TARGET_FLOOR) {
      insert(Math.min(BATCH, share - live.size()), true);
      // While peers disagree about a freeze, of two writes of a point at once the older one can
      // win.
      return context.settings().keepsPayloads();
    }
    if (live.size() > share * TARGET_CEILING + 1 && !context.settings().keepsAll()) {
      return !delete(Math.min(BATCH, live.size() - share));
    }
    randomWrite();
    return true;
  }

  private void randomWrite() {
    boolean updatesOnly = context.settings().updatesOnly() || context.settings().keepsAll();
    int dice = context.settings().insertsOnly()
        ? random.nextInt(15)
        : updatesOnly ? 15 + random.nextInt(70) : random.nextInt(100);
    if (dice < 15 || mayChange().length == 0) {
      insert(context.points().manyFields() && dice < 3 ? FEW : 1, random.nextInt(4) > 0);
    } else if (dice >= 85) {
      delete(1);
    } else if (context.points().manyFields()) {
      change(dice);
    } else if (dice < 60) {
      overwrite(anyIndex(), random.nextInt(4) > 0);
    } else {
      setPayload(anyIndex());
    }
  }

  /** By any of Qdrant's operations that change points. */
  private void change(int dice) {
    if (dice < 32) {
      overwrite(anyIndex(), random.nextInt(4) > 0);
    } else if (dice < 36) {
      perform(several(old -> changes.upsert(WriteKind.BATCH_UPSERT, old.id(), old.version() + 1)));
    } else if (dice < 43) {
      setPayload(anyIndex());
    } else if (dice < 75) {
      OwnedPoint old = live.get(anyIndex());
      perform(List.of(partial(old, dice)));
    } else {
      perform(several(old -> partial(old, 43 + random.nextInt(32))));
    }
  }

  private PointChange partial(OwnedPoint old, int dice) {
    long version = old.version() + 1;
    if (!old.applied() || old.late()) {
      // A late write of the whole point and a change of a part of it that is not late: moves keep
      // the newer one, so such changes are left out until they are merged, see DESIGN.md.
      return changes.upsert(WriteKind.UPSERT, old.id(), version);
    }
    boolean replaces = !context.settings().keepsPayloads();
    if (dice < 53 || (dice < 67 && context.settings().keepsAll())) {
      return changes.setFields(old.id(), version);
    } else if (dice < 58 || (dice < 67 && !replaces)) {
      return changes.deletePayload(old.id(), version);
    } else if (dice < 64) {
      return changes.overwritePayload(old.id(), version);
    } else if (dice < 67) {
      return changes.clearPayload(old.id(), version);
    } else if (context.settings().keepsVectors()) {
      return changes.setFields(old.id(), version);
    }
    return context.points().vectors().named()
            && !context.settings().keepsAll()
            && random.nextInt(3) == 0
        ? changes.deleteVectors(old.id(), version)
        : changes.updateVectors(old.id(), version);
  }

  /** Changes of a few different points. */
  private List<PointChange> several(Function<OwnedPoint, PointChange> change) {
    Map<Long, OwnedPoint> chosen = new LinkedHashMap<>();
    for (int i = 0; i < FEW; i++) {
      OwnedPoint old = live.get(anyIndex());
      chosen.put(old.id(), old);
    }
    return chosen.values().stream().map(change).toList();
  }

  /** Sends changes of live points in one call. */
  private void perform(List<PointChange> all) {
    // Without its payload a point is not the tenant's for a moment.
    long cleared =
        all.stream().filter(change -> change.kind() == WriteKind.CLEAR_PAYLOAD).count();
    context.bounds().deletesInvoked(cleared);
    Answer<Boolean> answer = send(
        all.stream().map(PointChange::id).toList(),
        port -> port.updateBatch(
            context.collection(),
            context.selector(),
            all.stream().flatMap(change -> change.operations().stream()).toList()));
    if (answer.outcome() == Outcome.OK) {
      LongStream.range(0, cleared).forEach(i -> context.bounds().applied());
    }
    for (PointChange change : all) {
      record(
          change.kind(),
          change.id(),
          change.version(),
          change.sets(),
          change.removes(),
          true,
          answer);
      for (int i = 0; i < live.size(); i++) {
        if (live.get(i).id() == change.id()) {
          replace(i, new OwnedPoint(change.id(), change.version(), true, late(answer)), answer);
          break;
        }
      }
    }
  }

  /** Half of the writes go to the newest few points, as they do in applications. */
  private int anyIndex() {
    int[] indices = mayChange();
    return indices[
        random.nextBoolean()
            ? random.nextInt(indices.length)
            : indices.length - 1 - random.nextInt(Math.min(HOT_POINTS, indices.length))];
  }

  /** The indices of the points that are not to be left alone. */
  private int[] mayChange() {
    IntStream all = IntStream.range(0, live.size());
    return changed.isEmpty()
        ? all.toArray()
        : all.filter(index -> !changed.contains(live.get(index).id())).toArray();
  }

  private void insert(int howMany, boolean wait) {
    List<Point> batch = new ArrayList<>(howMany);
    for (int i = 0; i < howMany; i++) {
      batch.add(context.points().point(context.tenant(), nextId + i, 1));
    }
    long first = nextId;
    nextId += howMany;
    context.bounds().insertsInvoked(howMany);
    List<Long> ids = LongStream.range(0, howMany).mapToObj(i -> first + i).toList();
    Answer<Boolean> answer = send(ids, port -> port.upsert(upsert(batch, wait)));
    WriteKind kind = howMany == 1 ? WriteKind.UPSERT : WriteKind.BATCH_UPSERT;
    // Ids are unsigned and may pass the largest long.
    for (long id = first; id != nextId; id++) {
      record(kind, id, 1, changes.all(), 0, wait, answer);
      if (!answer.retried()) {
        live.add(
            new OwnedPoint(id, 1, wait, late(answer) || context.settings().passesByDedicated()));
      }
      if (answer.outcome() == Outcome.OK && wait) {
        context.bounds().applied();
      }
    }
  }

  private Upsert upsert(List<Point> batch, boolean wait) {
    ShardSelector selector = context.settings().passesByDedicated()
        ? ShardSelector.key(context.scene().fallback())
        : context.selector();
    Upsert request = Upsert.of(context.collection(), selector, batch);
    return wait ? request : request.withoutWaiting();
  }

  private void overwrite(int index, boolean wait) {
    OwnedPoint old = live.get(index);
    long version = old.version() + 1;
    List<Point> batch = List.of(context.points().point(context.tenant(), old.id(), version));
    Answer<Boolean> answer = send(List.of(old.id()), port -> port.upsert(upsert(batch, wait)));
    record(WriteKind.UPSERT, old.id(), version, changes.all(), 0, wait, answer);
    replace(
        index,
        new OwnedPoint(
            old.id(),
            version,
            old.applied() || wait,
            late(answer) || context.settings().passesByDedicated()),
        answer);
  }

  private void setPayload(int index) {
    OwnedPoint old = live.get(index);
    if (!old.applied() || old.late()) {
      overwrite(index, true);
      return;
    }
    long version = old.version() + 1;
    Answer<Boolean> answer = send(
        List.of(old.id()),
        port -> port.setPayload(
            context.collection(),
            context.selector(),
            new LinkedHashMap<>(
                context.points().payload(context.tenant(), old.id(), version, Set.of())),
            context.filter().and(Filter.ids(List.of(PointId.of(old.id())))),
            true));
    record(WriteKind.SET_PAYLOAD, old.id(), version, PointRegister.POINT.bit(), 0, true, answer);
    replace(index, new OwnedPoint(old.id(), version, true, late(answer)), answer);
  }

  private boolean late(Answer<?> answer) {
    return answer.returnedAt() - answer.invokedAt()
        > context.settings().lateAfter().toNanos();
  }

  private void replace(int index, OwnedPoint now, Answer<Boolean> answer) {
    boolean wasApplied = live.get(index).applied();
    if (answer.retried()) {
      // The first attempt may still arrive, so this point is not written again.
      live.remove(index);
    } else {
      live.set(index, now);
    }
    if (answer.outcome() == Outcome.OK && now.applied() && !wasApplied) {
      context.bounds().applied();
    }
  }

  /** False where every point that was drawn is one of which the last write may be in the fallback alone: it would come back. */
  private boolean delete(int howMany) {
    List<OwnedPoint> deleted = new ArrayList<>(howMany);
    for (int i = 0; i < howMany; i++) {
      // None of the newest: the deletion of a point that is younger than a freeze cannot be known.
      int index = random.nextInt((live.size() + 1) / 2);
      if (!live.get(index).late()) {
        deleted.add(live.remove(index));
      }
    }
    if (deleted.isEmpty()) {
      return false;
    }
    context.bounds().deletesInvoked(deleted.stream().filter(OwnedPoint::applied).count());
    boolean byContent =
        deleted.size() == 1 && context.points().manyFields() && random.nextBoolean();
    Filter which = byContent
        ? CheckedPoints.named(deleted.getFirst().id())
        : Filter.ids(
            deleted.stream().map(owned -> (PointId) PointId.of(owned.id())).toList());
    Answer<Boolean> answer = send(
        deleted.stream().map(OwnedPoint::id).toList(),
        port -> port.delete(
            context.collection(), context.selector(), context.filter().and(which), true));
    WriteKind kind = byContent ? WriteKind.DELETE_BY_FILTER : WriteKind.DELETE;
    for (OwnedPoint owned : deleted) {
      record(kind, owned.id(), owned.version() + 1, 0, -1, true, answer);
    }
    if (answer.outcome() == Outcome.OK) {
      context.bounds().deletesAcknowledged(deleted.size());
    }
    return true;
  }

  private Answer<Boolean> send(List<Long> ids, Consumer<QdrantWrites> write) {
    recorded();
    sent = ids;
    context.inFlight().addAll(ids);
    return context.connection().send("write", random, port -> {
      write.accept(port);
      return true;
    });
  }

  /** The outcome of the last write is in the history. */
  private void recorded() {
    context.inFlight().removeAll(sent);
    sent = List.of();
  }

  private void record(
      WriteKind kind,
      long id,
      long version,
      int sets,
      int removes,
      boolean waited,
      Answer<?> answer) {
    if (context.settings().changesOnce()) {
      changed.add(id);
    } else {
      changed.clear();
    }
    context
        .history()
        .add(new Operation.Write(
            context.tenant(),
            kind,
            id,
            version,
            sets,
            removes,
            waited,
            answer.invokedAt(),
            answer.returnedAt(),
            answer.outcome()));
  }
}
