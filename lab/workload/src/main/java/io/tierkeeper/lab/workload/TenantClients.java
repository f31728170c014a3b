package io.tierkeeper.lab.workload;

import io.tierkeeper.lab.time.Scheduler;
import io.tierkeeper.qdrant.ShardKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;

/** The clients of one tenant: writers with disjoint ids, and readers. Each records its operations in the history. */
public final class TenantClients {

  /** Distance between the first ids of two writers; none inserts more points. */
  private static final long IDS_PER_WRITER = 10_000_000L;

  private final TenantContext context;
  private final List<TenantWriter> writers = new ArrayList<>();
  private final List<Scheduler.Handle> running = new ArrayList<>();

  TenantClients(
      TieredScene scene,
      ShardKey tenant,
      Queue<Operation> history,
      long firstId,
      int writerCount,
      long seed) {
    context = TenantContext.of(scene, tenant, history);
    for (int i = 0; i < writerCount; i++) {
      writers.add(new TenantWriter(
          context, writerCount, firstId + i * IDS_PER_WRITER, new SplittableRandom(seed + i)));
    }
  }

  /** Points that are acknowledged and not being deleted. */
  public long live() {
    return context.bounds().acknowledged();
  }

  /** Sets the number of points that the writers insert or delete up to, in batches. */
  public void resize(int points) {
    context.settings().targetPoints(points);
  }

  /** Sets the pauses of each writer and of each reader between two operations. */
  public void pace(Duration ofWriters, Duration ofReaders) {
    context.settings().pauses(ofWriters, ofReaders);
  }

  /** From now on points are changed, none is inserted or deleted. */
  public void updateOnly() {
    context.settings().updateOnly();
  }

  /**
   * Whether clients neither overwrite nor clear payloads from now on, which leaves the vectors of a point as they are; nor
   * change a point right after they have inserted it.
   */
  public void keepPayloads(boolean keep) {
    context.settings().keepPayloads(keep);
  }

  /**
   * Whether clients change no vectors alone from now on, which no condition of another write could see. Ends with
   * {@link #keepPayloads}.
   */
  public void keepVectors(boolean keep) {
    context.settings().keepVectors(keep);
  }

  /** Whether clients remove points and fields from now on. */
  public void remove(boolean removes) {
    context.settings().keepAll(!removes);
  }

  /** Whether clients change no point twice from now on. */
  public void changeOnce(boolean once) {
    context.settings().changeOnce(once);
  }

  /** Whether clients only insert points from now on. */
  public void insertOnly(boolean only) {
    context.settings().insertOnly(only);
  }

  /** Whether clients write whole points to the fallback by its own name from now on, past a dedicated key. */
  public void passByDedicated(boolean pass) {
    context.settings().passByDedicated(pass);
  }

  /**
   * Sets the time after which a write counts as one that may have arrived late, after a switch; the next write of its point is
   * one of the whole point. Half a second by default.
   */
  public void lateAfter(Duration time) {
    context.settings().lateAfter(time);
  }

  /** How long a write may take before the next one of its point is one of the whole point. */
  public Duration lateAfter() {
    return context.settings().lateAfter();
  }

  /** Lets each reader read from one of so many peers, the first ones, as long as that answers. */
  void readPeers(int first) {
    context.settings().readPeers(first);
  }

  /** One more point is the tenant's, which it shares with another tenant and never writes. */
  public void holdsShared() {
    context.bounds().insertsInvoked(1);
    context.bounds().applied();
  }

  /** Ends all current pauses, so that a new pace or size takes effect at once. */
  public void wake() {
    context.gate().wake();
  }

  /** Inserts the first points; call before {@link #start}. */
  void load(int points) {
    resize(points);
    writers.forEach(writer -> writer.load(points / writers.size()));
  }

  void start(int readers, long seed) {
    Scheduler scheduler = context.scene().scheduler();
    for (TenantWriter writer : writers) {
      running.add(scheduler.fork("writer-" + context.tenant(), writer));
    }
    for (int i = 0; i < readers; i++) {
      int number = context.tenant().toString().hashCode() * 31 + i;
      running.add(scheduler.fork(
          "reader-" + context.tenant(),
          new TenantReader(context, number, new SplittableRandom(seed * 31 + i))));
    }
  }

  /** Returns when no write is in flight; none begins until {@link #release}. */
  public void hold() throws InterruptedException {
    context.gate().hold();
  }

  /** Ends {@link #hold}. */
  public void release() {
    context.gate().release();
  }

  /** Whether a write of this point has been sent whose outcome is not yet in the history. */
  public boolean writes(long id) {
    return context.inFlight().contains(id);
  }

  /** Attempts that failed, including those that succeeded when they were retried. */
  public long attemptsFailed() {
    return context.connection().attemptsFailed();
  }

  /** Stops the clients and returns when their last operations have ended; held writers must have been released. */
  void stop() throws InterruptedException {
    context.gate().stop();
    for (Scheduler.Handle process : running) {
      process.join();
    }
  }
}
