package io.tierkeeper.operator.trigger;

import java.time.Duration;

/** Requests the next evaluation of each collection when it is due: Quartz in production, virtual time under fault injection. */
public interface EvaluationTimer extends AutoCloseable {

  /**
   * Schedules the evaluations of a collection in place of what was scheduled before; an equal schedule changes nothing.
   * After each firing the next one is scheduled.
   *
   * @param request requests the evaluation; must not wait
   */
  void schedule(String collection, EvaluationSchedule schedule, Runnable request);

  /** Removes the schedule of a collection. */
  void cancel(String collection);

  /** Runs a task once after a delay, unless the timer is closed before; the task must not wait. */
  void once(Duration delay, Runnable task);

  /** Stops all firings. A repeat does nothing. */
  @Override
  void close();
}
