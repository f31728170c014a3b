package io.tierkeeper.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Makes Ctrl-C stop the work early instead of killing the process, which stays until this is closed. */
public final class CtrlC implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 30;

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;

  /** Ctrl-C calls {@code stop}, once and from another thread. */
  public CtrlC(Runnable stop) {
    hook = new Thread(
        () -> {
          stop.run();
          try {
            done.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        },
        "ctrl-c");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Lets the process end; called when everything is printed. */
  @Override
  public void close() {
    done.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // Ctrl-C was pressed and the hook is running; it cannot be removed.
    }
  }
}
