package io.tierkeeper.operator.trigger;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobKey;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.SimpleScheduleBuilder;
import org.quartz.Trigger;
import org.quartz.TriggerBuilder;
import org.quartz.TriggerKey;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.spi.JobFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rings for a collection at the instants of its schedule: Quartz with one thread and nothing on disk, started with
 * leadership. A firing asks for a reconciliation and arms the next; it never works.
 */
public final class QuartzEventSource implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(QuartzEventSource.class);
  private static final String GROUP = "evaluate";

  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Map<String, Armed> armed = new ConcurrentHashMap<>();

  private record Armed(EvaluationSchedule schedule, Runnable ring) {}

  /** @param instance tells two operators in one JVM apart */
  public QuartzEventSource(String instance, InstantSource clock) {
    this.clock = clock;
    Properties properties = new Properties();
    properties.setProperty(
        "org.quartz.scheduler.instanceName",
        "tierkeeper-" + instance + "-" + System.identityHashCode(this));
    properties.setProperty("org.quartz.scheduler.makeSchedulerThreadDaemon", "true");
    properties.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    properties.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    properties.setProperty("org.quartz.threadPool.threadCount", "1");
    properties.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    properties.setProperty("org.quartz.jobStore.class", "org.quartz.simpl.RAMJobStore");
    properties.setProperty("org.quartz.jobStore.misfireThreshold", "60000");
    try {
      scheduler = new StdSchedulerFactory(properties).getScheduler();
      JobFactory ringing =
          (bundle, owner) -> ring(bundle.getJobDetail().getKey().getName());
      scheduler.setJobFactory(ringing);
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("the scheduler does not start: " + e.getMessage(), e);
    }
  }

  /** Arms the next firing of a collection, in place of what was armed before; the same schedule changes nothing. */
  public void arm(String collection, EvaluationSchedule schedule, Runnable ring) {
    Armed before = armed.put(collection, new Armed(schedule, ring));
    if (before == null || !same(before.schedule(), schedule)) {
      fireNext(collection, schedule);
    }
  }

  /** Forgets a collection. */
  public void disarm(String collection) {
    armed.remove(collection);
    try {
      scheduler.deleteJob(new JobKey(collection, GROUP));
    } catch (SchedulerException e) {
      throw new IllegalStateException("cannot disarm " + collection, e);
    }
  }

  private static boolean same(EvaluationSchedule a, EvaluationSchedule b) {
    return a.evaluate().toString().equals(b.evaluate().toString())
        && java.util.Objects.equals(a.every(), b.every())
        && a.edges().equals(b.edges());
  }

  private Job ring(String collection) {
    return (JobExecutionContext context) -> {
      Armed now = armed.get(collection);
      if (now != null) {
        now.ring().run();
        fireNext(collection, now.schedule());
      }
    };
  }

  private void fireNext(String collection, EvaluationSchedule schedule) {
    schedule.next(clock.instant()).ifPresent(next -> schedule(collection, next));
  }

  private synchronized void schedule(String collection, Instant at) {
    TriggerKey key = new TriggerKey(collection, GROUP);
    JobDetail job = JobBuilder.newJob(Job.class)
        .withIdentity(collection, GROUP)
        .storeDurably()
        .build();
    Trigger trigger = TriggerBuilder.newTrigger()
        .withIdentity(key)
        .forJob(job)
        .startAt(Date.from(at))
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
        .build();
    try {
      if (scheduler.isShutdown()) {
        return;
      }
      scheduler.addJob(job, true);
      scheduler.unscheduleJob(key);
      scheduler.scheduleJob(trigger);
    } catch (SchedulerException e) {
      log.error("cannot arm the next evaluation of {} at {}", collection, at, e);
    }
  }

  @Override
  public void close() {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      throw new IllegalStateException("the scheduler does not stop: " + e.getMessage(), e);
    }
  }
}
