package io.tierkeeper.lab.time;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The platform thread that carries the virtual threads of one {@link VirtualScheduler}. With {@code
 * --add-opens=java.base/java.lang=ALL-UNNAMED} all of them run on the thread that called {@link VirtualScheduler#run}: a
 * switch between processes wakes no other thread, and schedulers on several threads do not share a pool. Without it they
 * run on the JDK's pool, and up to Java 23 on platform threads of their own; the schedule is the same, only slower.
 */
final class CarrierThread implements Executor {

  /** Up to this release a virtual thread that waits in a synchronized block pins its carrier. */
  private static final int LAST_RELEASE_THAT_PINS = 23;

  private static final @Nullable MethodHandle FACTORY = factory();

  private final Thread thread = Thread.currentThread();
  private final boolean own = FACTORY != null && !thread.isVirtual();
  private final Queue<Runnable> continuations = new ConcurrentLinkedQueue<>();
  private volatile boolean idle;

  private CarrierThread() {}

  static CarrierThread ofThisThread() {
    return new CarrierThread();
  }

  private static @Nullable MethodHandle factory() {
    if (Runtime.version().feature() <= LAST_RELEASE_THAT_PINS) {
      return null;
    }
    try {
      Class<?> builders = Class.forName("java.lang.ThreadBuilders");
      return MethodHandles.privateLookupIn(builders, MethodHandles.lookup())
          .findStatic(
              builders,
              "newVirtualThread",
              MethodType.methodType(
                  Thread.class, Executor.class, String.class, int.class, Runnable.class));
    } catch (ReflectiveOperationException closed) {
      return null;
    }
  }

  /** Creates a thread of this scheduler, not started. */
  Thread unstarted(String name, Runnable task) {
    if (Runtime.version().feature() <= LAST_RELEASE_THAT_PINS) {
      return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }
    MethodHandle factory = FACTORY;
    if (!own || factory == null) {
      return Thread.ofVirtual().name(name).unstarted(task);
    }
    try {
      return (Thread) factory.invokeExact((Executor) this, name, 0, task);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot create a virtual thread", e);
    }
  }

  /** Runs the virtual threads on the calling thread, or waits for them, until the condition holds. */
  void runUntil(BooleanSupplier over) {
    while (!over.getAsBoolean()) {
      Runnable next = continuations.poll();
      if (next != null) {
        next.run();
        continue;
      }
      idle = true;
      if (continuations.isEmpty() && !over.getAsBoolean()) {
        LockSupport.park(this);
      }
      idle = false;
    }
  }

  /** Makes {@link #runUntil} evaluate its condition again. */
  void wake() {
    LockSupport.unpark(thread);
  }

  @Override
  public void execute(Runnable continuation) {
    continuations.add(continuation);
    if (idle) {
      LockSupport.unpark(thread);
    }
  }
}
