package io.tierkeeper.migrate;

import io.tierkeeper.migrate.MigrationRecord.State;
import io.tierkeeper.qdrant.CollectionDescription;
import io.tierkeeper.qdrant.QdrantCluster;
import io.tierkeeper.qdrant.QdrantReads;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies a collection, or one collection per tenant, into a tiered collection, and switches an alias. The position is found by
 * looking at Qdrant, so every call may end anywhere and be repeated, on any machine.
 *
 * <p>The live side is the one that applications use: the source until the alias is switched, then the target. {@link #copy} makes
 * the target equal to the source while applications write. {@link #switchTo} needs the writers to be paused, and proves it: two
 * passes must find the same. {@link #back} does the same in the other direction until {@link #finish} deletes the source.
 */
public final class Migration {
  private final MigrationSpec spec;
  private final MigrationSettings settings;
  private final MigrationListener listener;
  private final Preparation preparation;
  private final QdrantCluster cluster;
  private int passes;
  private long written;
  private long deleted;
  private long foreign;
  private long points = -1;
  private boolean equal;

  /** Does nothing yet. */
  public Migration(
      QdrantCluster cluster,
      MigrationSpec spec,
      MigrationSettings settings,
      MigrationListener listener) {
    this.cluster = cluster;
    this.spec = spec;
    this.settings = settings;
    this.listener = listener;
    this.preparation = new Preparation(spec, pages(Side.PAGE));
  }

  private PointPages pages(int page) {
    return new PointPages(cluster.peers(), page, settings.retryFor());
  }

  /** What a migration would do; changes nothing. */
  public MigrationPlan plan() {
    return preparation.plan();
  }

  /** How far the migration is; changes nothing. */
  public MigrationStatus status() {
    Optional<MigrationRecord> record = preparation.record();
    return record
        .map(found -> status(found, found.state().name()))
        .orElseGet(() -> new MigrationStatus(
            "NOT_BEGUN",
            spec.source(),
            spec.target(),
            null,
            spec.source(),
            0,
            -1,
            0,
            0,
            0,
            0,
            false));
  }

  /** Makes the target equal to the source; what changes meanwhile is found by the next pass. */
  public MigrationStatus copy() {
    Sides sides = begin();
    if (sides.record.state() == State.SWITCHING && !isSwitched(sides.record)) {
      sides = sides.in(State.COPYING);
    }
    require(sides.record, "copy", State.COPYING);
    do {
      equal = pass("copy", sides.source, sides.target).changedNothing();
    } while (!equal && passes < settings.maxPasses());
    return status(sides.record, sides.record.state().name());
  }

  /**
   * Switches an alias from the source to the target. The writers must be paused until this returns.
   *
   * @throws MigrationException where the source still changes; the alias is then as it was, unless the message says otherwise
   */
  public MigrationStatus switchTo(String alias) {
    Sides sides = begin();
    if (sides.record.state() == State.SWITCHED && alias.equals(sides.record.alias())) {
      return status(sides.record, State.SWITCHED.name());
    }
    require(sides.record, "--switch", State.COPYING, State.SWITCHING);
    requireUsable(alias, sides.record);
    if (isSwitched(sides.record)) {
      // An earlier run was interrupted after the switch: clients may write to the target since.
      requireNoLateWrites(sides.record, sides.source, sides.target);
      sides = sides.in(State.SWITCHED);
      return status(sides.record, State.SWITCHED.name());
    }
    CopyPass.Report last = untilStable("verify", sides.source, sides.target);
    sides = sides.store(sides.record.switching(alias, last.sum()));
    point(alias, spec.target());
    // A write that was under way at the switch may have reached the source after the last pass.
    awaitQuiet(sides.source);
    ContentSum sum = sum(sides.source);
    while (!sum.toString().equals(sides.record.leftSum())) {
      sum = untilStable("late writes", sides.source, sides.target).sum();
      sides = sides.store(sides.record.switching(alias, sum));
      awaitQuiet(sides.source);
      sum = sum(sides.source);
    }
    points = sum.points();
    equal = true;
    sides = sides.in(State.SWITCHED);
    return status(sides.record, State.SWITCHED.name());
  }

  /**
   * Brings what changed in the target to the source, and switches the alias back; an alias for one collection per tenant is removed.
   * The writers must be paused until this returns.
   *
   * @throws MigrationException where the target still changes, or the source was written to since the switch; after an interrupted
   *     way back, the target
   */
  public MigrationStatus back() {
    Sides sides = begin();
    if (sides.record.state() == State.COPYING && sides.record.alias() != null) {
      return status(sides.record, State.COPYING.name());
    }
    require(sides.record, "--back", State.SWITCHED, State.RETURNING);
    sides.target.requireNoMove();
    String alias = String.valueOf(sides.record.alias());
    if (sides.record.state() == State.SWITCHED) {
      requireNoLateWrites(sides.record, sides.source, sides.target);
      sides = sides.in(State.RETURNING);
    }
    @Nullable String destination = spec.isPattern() ? null : spec.source();
    if (isAt(alias, destination)) {
      // An earlier run was interrupted after the switch: clients may write to the source since.
      requireNoLateWrites(sides.record, sides.target, sides.source);
    } else {
      ContentSum before = untilStable("copy back", sides.target, sides.source).sum();
      sides = sides.store(sides.record.returning(before));
      point(alias, destination);
      awaitQuiet(sides.target);
      ContentSum sum = sum(sides.target);
      while (!sum.equals(before)) {
        before = untilStable("late writes", sides.target, sides.source).sum();
        sides = sides.store(sides.record.returning(before));
        awaitQuiet(sides.target);
        sum = sum(sides.target);
      }
      points = sum.points();
      equal = true;
    }
    // From now on the migration may overwrite and delete what is in the target again.
    listener.begins("mark", sides.target.estimate());
    sides.target.adopt(listener::read);
    listener.ends();
    sides = sides.in(State.COPYING);
    return status(sides.record, State.COPYING.name());
  }

  /**
   * Deletes the source, and the marks of the migration in the target.
   *
   * @param keepSource leave the source where it is
   * @throws MigrationException where the source was written to since the switch
   */
  public MigrationStatus finish(boolean keepSource) {
    if (preparation.sources().isEmpty()
        && preparation.record().isEmpty()
        && preparation.target().isPresent()) {
      return status().in("FINISHED");
    }
    Sides sides = begin();
    require(sides.record, "--finish", State.SWITCHED, State.FINISHING);
    sides.target.requireNoMove();
    if (sides.record.state() == State.SWITCHED) {
      requireNoLateWrites(sides.record, sides.source, sides.target);
      if (!keepSource) {
        // A collection that is created later and matches the pattern has no mark and is not
        // deleted.
        preparation.allowDeletion(sides.source.collections(), sides.record);
      }
      sides = sides.in(State.FINISHING);
    }
    listener.begins("remove marks", sides.target.estimate());
    sides.target.removeMarks(listener::read);
    listener.ends();
    if (!keepSource) {
      preparation.deleteSources(sides.record);
    }
    MigrationRecord last = sides.record;
    preparation.forget();
    return status(last, "FINISHED");
  }

  private Sides begin() {
    List<SourceCollection> found = preparation.sources();
    MigrationRecord record = preparation.record().orElse(null);
    if (found.isEmpty() && (record == null || record.state() != State.FINISHING)) {
      throw new MigrationException(preparation.noSource());
    }
    if (record == null) {
      record = preparation.begin(found);
    }
    preparation.requireSame(record);
    if (record.state() == State.COPYING) {
      preparation.complete(found.getFirst().description(), record.created());
    }
    PointPages pages = pages(pageSize(found));
    return new Sides(
        record, new SourceSide(spec, found, pages), new TargetSide(spec, record.id(), pages));
  }

  /** Strict mode refuses larger calls. */
  private int pageSize(List<SourceCollection> sources) {
    List<CollectionDescription> all = new ArrayList<>();
    sources.forEach(each -> all.add(each.description()));
    preparation.target().ifPresent(all::add);
    return (int) all.stream()
        .map(CollectionDescription::strictMode)
        .flatMapToLong(strict -> LongStream.of(
            limit(strict.maxQueryLimit()),
            limit(strict.conditionMaxSize()),
            limit(strict.upsertMaxBatchsize())))
        .min()
        .orElse(Side.PAGE);
  }

  private static long limit(OptionalLong strict) {
    return Math.max(1, Math.min(Side.PAGE, strict.orElse(Side.PAGE)));
  }

  /** Both sides, and what the target's metadata says. */
  private final class Sides {
    private final MigrationRecord record;
    private final SourceSide source;
    private final TargetSide target;

    Sides(MigrationRecord record, SourceSide source, TargetSide target) {
      this.record = record;
      this.source = source;
      this.target = target;
    }

    Sides in(State next) {
      return store(record.in(next));
    }

    Sides store(MigrationRecord next) {
      preparation.store(next);
      return new Sides(next, source, target);
    }
  }

  private static void require(MigrationRecord record, String action, State... allowed) {
    if (!List.of(allowed).contains(record.state())) {
      String next = switch (record.state()) {
        case COPYING -> "allowed: copy, --switch";
        case SWITCHING -> "a switch was interrupted; allowed: --switch";
        case SWITCHED -> "the target is live; allowed: --back, --finish";
        case RETURNING -> "the way back was interrupted; allowed: --back";
        case FINISHING -> "the source is being deleted; allowed: --finish";
      };
      throw new MigrationException(
          action + " is not possible in state " + record.state() + ": " + next);
    }
  }

  private CopyPass.Report pass(String name, Side live, Side other) {
    passes++;
    listener.begins(name + ", pass " + passes, live.estimate() + other.estimate());
    CopyPass.Report report = new CopyPass(live, other, listener::read).run();
    listener.ends();
    written += report.written();
    deleted += report.deleted();
    foreign = report.foreign();
    points = report.sum().points();
    return report;
  }

  /** Passes until two find the same content and the last one changes nothing. */
  private CopyPass.Report untilStable(String name, Side live, Side other) {
    CopyPass.Report previous = null;
    for (int turn = 0; turn < settings.maxPasses(); turn++) {
      awaitQuiet(live);
      CopyPass.Report report = pass(name, live, other);
      if (previous != null && report.changedNothing() && report.sum().equals(previous.sum())) {
        return report;
      }
      previous = report;
    }
    throw new MigrationException(
        live.name() + " changes while the writers should be paused: in the last of "
            + settings.maxPasses() + " passes "
            + (previous == null ? 0 : previous.written() + previous.deleted())
            + " points were different; pause all writers and repeat the command");
  }

  /** Waits until writes that were under way have ended and are applied. */
  private void awaitQuiet(Side live) {
    preparation.sleep(settings.settle());
    long begin = System.nanoTime();
    while (!live.isApplied()) {
      if (System.nanoTime() - begin > settings.retryFor().toNanos()) {
        throw new MigrationException("Qdrant has not applied all writes to " + live.name()
            + " after " + settings.retryFor().toSeconds() + " s; repeat the command later");
      }
      preparation.sleep(Preparation.POLL);
    }
  }

  private ContentSum sum(Side side) {
    listener.begins("check", side.estimate());
    ContentSum sum = CopyPass.sum(side, listener::read);
    listener.ends();
    return sum;
  }

  /** What was written to the side that applications have left is nowhere else. */
  private void requireNoLateWrites(MigrationRecord record, Side left, Side live) {
    if (settings.ignoreLateWrites()) {
      return;
    }
    ContentSum now = sum(left);
    if (!now.toString().equals(record.leftSum())) {
      ContentSum then = ContentSum.parse(String.valueOf(record.leftSum()));
      throw new MigrationException(
          left.name() + " was written to after the switch: it has " + now.points()
              + " points and had " + then.points() + "; points that are missing in " + live.name()
              + " or differ there: " + preparation.different(left, live)
              + ". Find the writer that still uses it; --ignore-late-writes continues without these writes");
    }
  }

  private boolean isSwitched(MigrationRecord record) {
    String alias = record.alias();
    return alias != null && isAt(alias, spec.target());
  }

  private boolean isAt(String alias, @Nullable String collection) {
    return cluster.peers().stream()
        .allMatch(peer -> peer.aliased(alias).equals(Optional.ofNullable(collection)));
  }

  private void requireUsable(String alias, MigrationRecord record) {
    QdrantReads peer = cluster.peers().getFirst();
    if (peer.collections().contains(alias)) {
      throw new MigrationException("--alias '" + alias
          + "' is the name of a collection; allowed: a new name, or an alias of " + spec.source());
    }
    Optional<String> at = peer.aliased(alias);
    boolean own = at.isEmpty()
        || at.get().equals(spec.source())
        || (at.get().equals(spec.target()) && alias.equals(record.alias()));
    if (!own) {
      throw new MigrationException("--alias '" + alias + "' is an alias of collection " + at.get()
          + "; allowed: a new name, or an alias of " + spec.source());
    }
  }

  private void point(String alias, @Nullable String collection) {
    preparation.point(alias, collection);
    long begin = System.nanoTime();
    while (!isAt(alias, collection)) {
      if (System.nanoTime() - begin > settings.retryFor().toNanos()) {
        throw new MigrationException("not all peers show alias " + alias + " at "
            + (collection == null ? "no collection" : collection) + "; repeat the command");
      }
      preparation.sleep(Preparation.POLL);
    }
  }

  private MigrationStatus status(MigrationRecord record, String state) {
    boolean switched = isSwitched(record);
    return new MigrationStatus(
        state,
        spec.source(),
        spec.target(),
        record.alias(),
        switched ? spec.target() : spec.source(),
        preparation.sources().size(),
        points,
        passes,
        written,
        deleted,
        foreign,
        equal);
  }
}
