package io.tierkeeper.lab.faults.operator;

import io.tierkeeper.lab.time.VirtualScheduler;
import io.tierkeeper.operator.trigger.EvaluationSchedule;
import io.tierkeeper.operator.trigger.EvaluationTimer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The evaluation timer on virtual time: what is due is run by the loop of its process. */
public final class VirtualTimer implements EvaluationTimer {

  private record Scheduled(EvaluationSchedule schedule, Runnable request, long due) {}

  private record Task(Runnable run, long due) {}

  private final VirtualScheduler simulator;
  private final InstantSource clock;
  private final Map<String, Scheduled> scheduled = new LinkedHashMap<>();
  private final List<Task> tasks = new ArrayList<>();

  /** @param clock the time of day of the process, which may be wrong; a delay is measured without it */
  VirtualTimer(VirtualScheduler simulator, InstantSource clock) {
    this.simulator = simulator;
    this.clock = clock;
  }

  @Override
  public void schedule(String collection, EvaluationSchedule schedule, Runnable request) {
    Scheduled before = scheduled.get(collection);
    long due = before != null && before.schedule().sameAs(schedule) ? before.due() : due(schedule);
    scheduled.put(collection, new Scheduled(schedule, request, due));
  }

  private long due(EvaluationSchedule schedule) {
    Instant now = clock.instant();
    return schedule
        .next(now)
        .map(next -> simulator.nanoTime() + Duration.between(now, next).toNanos())
        .orElse(Long.MAX_VALUE);
  }

  @Override
  public void cancel(String collection) {
    scheduled.remove(collection);
  }

  @Override
  public void once(Duration delay, Runnable task) {
    tasks.add(new Task(task, simulator.nanoTime() + delay.toNanos()));
  }

  /** Runs what is due. */
  void fire() {
    long now = simulator.nanoTime();
    for (Task task : List.copyOf(tasks)) {
      if (task.due() <= now) {
        tasks.remove(task);
        task.run().run();
      }
    }
    for (Map.Entry<String, Scheduled> entry : scheduled.entrySet()) {
      Scheduled one = entry.getValue();
      if (one.due() <= now) {
        one.request().run();
        entry.setValue(new Scheduled(one.schedule(), one.request(), due(one.schedule())));
      }
    }
  }

  /** When something is due next, of {@link VirtualScheduler#nanoTime()}; the largest number where nothing is. */
  long nextDue() {
    long next = Long.MAX_VALUE;
    for (Scheduled one : scheduled.values()) {
      next = Math.min(next, one.due());
    }
    for (Task task : tasks) {
      next = Math.min(next, task.due());
    }
    return next;
  }

  @Override
  public void close() {
    scheduled.clear();
    tasks.clear();
  }
}
