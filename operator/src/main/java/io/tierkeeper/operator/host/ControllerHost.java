package io.tierkeeper.operator.host;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import java.util.List;

/**
 * Watches resources and calls a reconciler for each change that matters: the Java Operator SDK in production, a loop on
 * virtual time under fault injection.
 */
public interface ControllerHost extends AutoCloseable {

  /** Adds a controller with the event sources that its reconciler prepares; only before {@link #start()}. */
  <P extends HasMetadata> void register(
      Class<P> kind, Reconciler<P> reconciler, ControllerSettings settings);

  /**
   * Starts all controllers; returns when their caches are filled. Each controller reconciles as soon as its own cache is
   * filled, before this returns.
   *
   * @throws RuntimeException when a kind cannot be watched
   */
  void start();

  /** Runs tasks that do not depend on each other; returns when all have ended, with the exception of the first that threw one. */
  void runAll(List<? extends Runnable> tasks);

  /** Whether the controllers were started and have not stopped. */
  boolean running();

  /** Stops all controllers and waits for the reconciliations under way, for a while. */
  @Override
  void close();
}
