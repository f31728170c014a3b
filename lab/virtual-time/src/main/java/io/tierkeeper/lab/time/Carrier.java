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
 * The platform thread under the virtual threads of one simulation. Where the JDK allows it ({@code
 * --add-opens=java.base/java.lang=ALL-UNNAMED}) all of them run on the thread that asked for the simulation, so that a
 * turn is handed over without waking another thread, and simulations on several threads leave each other alone;
 * elsewhere they run where virtual threads run, or are threads of their own, which is slower and the same otherwise.
 */
final class Carrier implements Executor {

  /** Up to this release a virtual thread that waits in a synchronized block holds the thread under it. */
  private static final int LAST_THAT_PINS = 23;

  private static final @Nullable MethodHandle FACTORY = factory();

  private final Thread thread = Thread.currentThread();
  private final boolean own = FACTORY != null && !thread.isVirtual();
  private final Queue<Runnable> continuations = new ConcurrentLinkedQueue<>();
  private volatile boolean idle;

  private Carrier() {}

  static Carrier ofThisThread() {
    return new Carrier();
  }

  private static @Nullable MethodHandle factory() {
    if (Runtime.version().feature() <= LAST_THAT_PINS) {
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

  /** A virtual thread of this simulation. */
  Thread unstarted(String name, Runnable task) {
    if (Runtime.version().feature() <= LAST_THAT_PINS) {
      return Thread.ofPlatform().daemon().name(name).unstarted(task);
    }
    MethodHandle factory = FACTORY;
    if (!own || factory == null) {
      return Thread.ofVirtual().name(name).unstarted(task);
    }
    try {
      return (Thread) factory.invokeExact((Executor) this, name, 0, task);
    } catch (Throwable e) {
      throw new IllegalStateException("a virtual thread cannot be made", e);
    }
  }

  /** Runs the virtual threads on the calling thread, or waits for them, until it is over. */
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

  /** Lets {@link #runUntil} look again. */
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
