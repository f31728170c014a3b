package io.tierkeeper.lab.qdrant.emulator.cluster;

import io.qdrant.client.grpc.Collections.ReplicaState;
import io.tierkeeper.lab.qdrant.emulator.points.PointKey;
import io.tierkeeper.lab.qdrant.emulator.points.QdrantError;
import io.tierkeeper.lab.time.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drives one transfer on its sender: proxy, stream in id order, ActiveRead barrier, finish; three attempts. */
public final class TransferTask implements Runnable {

  private static final Logger log = LoggerFactory.getLogger(TransferTask.class);
  private static final int ATTEMPTS = 3;
  private static final Duration CONSENSUS = Duration.ofSeconds(10);

  private final PeerNode sender;
  private final String collection;
  private final Transfer transfer;
  private final TransferOptions options;
  private final AtomicLong sent = new AtomicLong();
  private final Scheduler processes;
  private final Scheduler.Monitor waiting;
  private volatile boolean cancelled;

  TransferTask(PeerNode sender, String collection, Transfer transfer) {
    this.sender = sender;
    this.collection = collection;
    this.transfer = transfer;
    this.options = sender.cluster().transfers();
    this.processes = sender.cluster().processes();
    this.waiting = processes.monitor();
  }

  void start() {
    processes.fork("transfer-" + collection + "-" + transfer.key(), this);
  }

  /** Stops the task without a proposal to consensus, as the loss of a process does. */
  void cancel() {
    waiting.run(() -> {
      cancelled = true;
      waiting.signalAll();
    });
  }

  public long sent() {
    return sent.get();
  }

  @Override
  public void run() {
    Consensus consensus = sender.cluster().consensus();
    for (int attempt = 1; attempt <= ATTEMPTS && !cancelled; attempt++) {
      try {
        attempt(consensus);
        return;
      } catch (QdrantError e) {
        log.debug("attempt {} of transfer {} failed: {}", attempt, transfer.key(), e.text());
        if (attempt < ATTEMPTS) {
          pause(options.retryPause().multipliedBy(attempt));
        }
      }
    }
    if (!cancelled) {
      consensus.propose(new Command.AbortTransfer(collection, transfer.key()));
    }
  }

  private void attempt(Consensus consensus) {
    Transfer.Key key = transfer.key();
    PeerNode receiver = sender.cluster().node(key.to());
    sender.awaitRunning();
    receiver.awaitRunning();
    if (!consensus.awaitAll(List.of(key.to()), CONSENSUS)) {
      throw QdrantError.service("Peer " + key.to() + " did not get ready for the transfer");
    }
    pause(options.preparation());
    if (cancelled) {
      return;
    }
    LocalReplica source = sender.replica(collection, key.shardId());
    ForwardProxy proxy = new ForwardProxy(
        processes,
        transfer.filter(),
        operation -> receiver.update(collection, key.targetShard(), operation));
    source.setProxy(proxy);
    if (cancelled) {
      // The abort may have come, and found no proxy to take away, just before this one was set.
      source.setProxy(null);
      return;
    }
    sent.set(0);
    if (!transfer.filtered()) {
      proxy.deleteOthers(
          source.store(), receiver.replica(collection, key.targetShard()).store());
    }
    int batch = options.batch();
    PointKey cursor = null;
    do {
      cursor = proxy.sendBatch(source.store(), cursor, batch);
      sent.addAndGet(batch);
      pause(Duration.ofNanos(1_000_000_000L * batch / options.pointsPerSecond()));
      sender.awaitRunning();
    } while (cursor != null && !cancelled);
    if (cancelled) {
      return;
    }
    if (transfer.filtered()) {
      confirmActiveRead(consensus, key);
    }
    if (!cancelled) {
      consensus.perform(new Command.FinishTransfer(collection, key), key.from(), CONSENSUS);
    }
  }

  private void confirmActiveRead(Consensus consensus, Transfer.Key key) {
    consensus.perform(
        new Command.SetReplicaState(
            collection, key.targetShard(), key.to(), ReplicaState.ActiveRead, ReplicaState.Partial),
        key.from(),
        CONSENSUS);
    Duration limit = options.barrierTimeout();
    if (!consensus.awaitAll(consensus.head().peers(), limit)) {
      throw QdrantError.service("Failed to confirm ActiveRead on all peers within " + limit);
    }
  }

  private void pause(Duration time) {
    waiting.lock();
    try {
      long left = time.toNanos();
      while (left > 0 && !cancelled) {
        left = waiting.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      cancelled = true;
      Thread.currentThread().interrupt();
    } finally {
      waiting.unlock();
    }
  }
}
