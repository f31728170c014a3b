package io.tierkeeper.operator.host;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Runs tasks that do not depend on each other, a bounded number at a time. */
final class BoundedTasks {

  private final ExecutorService threads;
  private final int atATime;

  /** @param atATime at least 1; the caller's thread is one of them */
  BoundedTasks(ExecutorService threads, int atATime) {
    this.threads = threads;
    this.atATime = atATime;
  }

  /**
   * Returns when all have ended. After an exception no other task begins.
   *
   * @throws RuntimeException the first that a task threw
   */
  void runAll(List<? extends Runnable> tasks) {
    AtomicInteger next = new AtomicInteger();
    AtomicReference<@Nullable RuntimeException> failed = new AtomicReference<>();
    Runnable worker = () -> {
      int task = next.getAndIncrement();
      while (task < tasks.size() && failed.get() == null) {
        try {
          tasks.get(task).run();
        } catch (RuntimeException e) {
          failed.compareAndSet(null, e);
        }
        task = next.getAndIncrement();
      }
    };
    List<Future<?>> others = new ArrayList<>();
    for (int i = 1; i < Math.min(atATime, tasks.size()); i++) {
      others.add(threads.submit(worker));
    }
    worker.run();
    try {
      for (Future<?> other : others) {
        other.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while tasks run", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    }
    RuntimeException first = failed.get();
    if (first != null) {
      throw first;
    }
  }
}
