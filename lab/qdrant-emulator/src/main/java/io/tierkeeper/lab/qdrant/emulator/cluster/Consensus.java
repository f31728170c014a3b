package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The ordered log that all peers share. An entry is accepted or rejected once, when it is committed, because applying
 * is deterministic; each peer then applies it after a lag of its own. Without a majority of running peers proposals
 * wait, and may still be committed after their proposer gave up.
 */
public final class Consensus implements AutoCloseable {

  /** A committed entry with the state after it; a rejected one leaves the state as it was. */
  record Entry(
      long index,
      Command command,
      ClusterState after,
      @Nullable QdrantError rejection) {}

  /** A proposal on its way into the log. */
  static final class Ticket {
    private final Command command;
    private @Nullable Entry entry;

    private Ticket(Command command) {
      this.command = command;
    }
  }

  /** What consensus needs of a peer. */
  interface Member {
    long peerId();

    /** Applies an entry; called in log order, by one thread at a time. */
    void apply(Entry entry);
  }

  private static final class Follower {
    private final Member member;
    private final Random random;
    private boolean running = true;
    private long applied;

    private Follower(Member member, long seed) {
      this.member = member;
      this.random = new Random(seed);
    }
  }

  private final Scheduler processes;
  private final Scheduler.Monitor lock;
  private final List<Entry> log = new ArrayList<>();
  private final Deque<Ticket> waiting = new ArrayDeque<>();
  private final Map<Long, Follower> followers = new HashMap<>();
  private final Duration lag;
  private final long seed;
  private ClusterState head;
  private long term = 1;
  private boolean closed;

  Consensus(List<Long> peers, Duration lag, long seed, Scheduler processes) {
    this.processes = processes;
    this.lock = processes.monitor();
    this.head = new ClusterState(peers, new TreeMap<>(), new TreeMap<>());
    this.lag = lag;
    this.seed = seed;
  }

  void join(Member member) {
    Follower follower = new Follower(member, seed + member.peerId());
    locked(() -> followers.put(member.peerId(), follower));
    processes.fork("consensus-" + member.peerId(), () -> follow(follower));
  }

  /** Sets whether a peer takes part; a stopped one keeps its place in the log. */
  void setRunning(long peer, boolean running) {
    locked(() -> {
      Follower follower = follower(peer);
      if (follower.running != running) {
        follower.running = running;
        term++;
      }
      commitWaiting();
    });
  }

  public ClusterState head() {
    return lock.get(() -> head);
  }

  public Ticket propose(Command command) {
    Ticket ticket = new Ticket(command);
    locked(() -> {
      waiting.add(ticket);
      commitWaiting();
    });
    return ticket;
  }

  /** Proposes and waits until the peer has applied it; fails with the rejection, or when the time is over. */
  public void perform(Command command, long peer, Duration timeout) {
    Ticket ticket = propose(command);
    if (!await(
        timeout, () -> ticket.entry != null && follower(peer).applied >= ticket.entry.index())) {
      throw QdrantError.service("Waiting for consensus operation commit failed. Timeout set at: "
          + timeout.toSeconds() + " seconds");
    }
    QdrantError rejection = ticket.entry == null ? null : ticket.entry.rejection();
    if (rejection != null) {
      throw rejection;
    }
  }

  /** Waits until all these peers have applied what is committed now. */
  public boolean awaitAll(Collection<Long> peers, Duration timeout) {
    long target = commit();
    return await(timeout, () -> peers.stream().allMatch(peer -> follower(peer).applied >= target));
  }

  public long commit() {
    return lock.get(() -> (long) log.size());
  }

  public long applied(long peer) {
    return lock.get(() -> follower(peer).applied);
  }

  public long term() {
    return lock.get(() -> term);
  }

  /** The lowest id of a running peer, as long as there is a majority. */
  @Nullable
  public Long leader() {
    return lock.get(() -> majority()
        ? followers.values().stream()
            .filter(f -> f.running)
            .map(f -> f.member.peerId())
            .min(Long::compareUnsigned)
            .orElse(null)
        : null);
  }

  @Override
  public void close() {
    locked(() -> closed = true);
  }

  private boolean majority() {
    return followers.values().stream().filter(f -> f.running).count() * 2 > followers.size();
  }

  private void commitWaiting() {
    while (majority()) {
      Ticket ticket = waiting.poll();
      if (ticket == null) {
        return;
      }
      long index = log.size() + 1L;
      QdrantError rejection = null;
      try {
        head = ticket.command.apply(head, index);
      } catch (QdrantError e) {
        rejection = e;
      }
      Entry entry = new Entry(index, ticket.command, head, rejection);
      log.add(entry);
      ticket.entry = entry;
    }
  }

  private void follow(Follower follower) {
    while (true) {
      Entry next = next(follower);
      if (next == null) {
        return;
      }
      follower.member.apply(next);
      locked(() -> follower.applied = next.index());
    }
  }

  /** The next entry of a follower, once it is there, its lag is over and the follower runs; null at the end. */
  private @Nullable Entry next(Follower follower) {
    lock.lock();
    try {
      long wait = lag.isZero() ? 0 : follower.random.nextLong(lag.toNanos());
      while (!closed) {
        if (!follower.running || follower.applied >= log.size()) {
          lock.awaitNanos(Long.MAX_VALUE);
        } else if (wait > 0) {
          wait = lock.awaitNanos(wait);
        } else {
          return log.get((int) follower.applied);
        }
      }
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    } finally {
      lock.unlock();
    }
  }

  private Follower follower(long peer) {
    Follower follower = followers.get(peer);
    if (follower == null) {
      throw QdrantError.badRequest("Peer " + peer + " does not exist");
    }
    return follower;
  }

  private boolean await(Duration timeout, BooleanSupplier condition) {
    long left = timeout.toNanos();
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0 || closed) {
          return false;
        }
        left = lock.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private void locked(Runnable change) {
    lock.run(() -> {
      change.run();
      lock.signalAll();
    });
  }
}
