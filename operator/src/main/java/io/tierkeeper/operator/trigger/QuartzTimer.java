package io.tierkeeper.operator.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
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
 * Quartz with one thread and nothing on disk. A firing requests a reconciliation and schedules the next one; it never
 * evaluates by itself.
 */
public final class QuartzTimer implements EvaluationTimer {

  private static final Logger log = LoggerFactory.getLogger(QuartzTimer.class);
  private static final String EVALUATE = "evaluate";
  private static final String ONCE = "once";

  private final Scheduler scheduler;
  private final InstantSource clock;
  private final Map<String, Scheduled> scheduled = new ConcurrentHashMap<>();
  private final Map<String, Runnable> tasks = new ConcurrentHashMap<>();

  private record Scheduled(EvaluationSchedule schedule, Runnable request) {}

  /** @param instance distinguishes two operators in one JVM */
  public QuartzTimer(String instance, InstantSource clock) {
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
      JobFactory firing = (bundle, owner) -> job(bundle.getJobDetail().getKey());
      scheduler.setJobFactory(firing);
      scheduler.start();
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz scheduler cannot be started: " + e.getMessage(), e);
    }
  }

  @Override
  public void schedule(String collection, EvaluationSchedule schedule, Runnable request) {
    Scheduled before = scheduled.put(collection, new Scheduled(schedule, request));
    if (before == null || !before.schedule().sameAs(schedule)) {
      fireNext(collection, schedule);
    }
  }

  @Override
  public void cancel(String collection) {
    scheduled.remove(collection);
    try {
      scheduler.deleteJob(new JobKey(collection, EVALUATE));
    } catch (SchedulerException e) {
      throw new IllegalStateException("cannot cancel the evaluations of " + collection, e);
    }
  }

  @Override
  public void once(Duration delay, Runnable task) {
    String id = UUID.randomUUID().toString();
    tasks.put(id, task);
    start(new JobKey(id, ONCE), clock.instant().plus(delay));
  }

  private Job job(JobKey key) {
    return (JobExecutionContext context) -> {
      if (key.getGroup().equals(ONCE)) {
        Runnable task = tasks.remove(key.getName());
        if (task != null) {
          task.run();
        }
        return;
      }
      Scheduled now = scheduled.get(key.getName());
      if (now != null) {
        now.request().run();
        fireNext(key.getName(), now.schedule());
      }
    };
  }

  private void fireNext(String collection, EvaluationSchedule schedule) {
    schedule.next(clock.instant()).ifPresent(next -> start(new JobKey(collection, EVALUATE), next));
  }

  private synchronized void start(JobKey job, Instant at) {
    boolean evaluates = job.getGroup().equals(EVALUATE);
    TriggerKey key = new TriggerKey(job.getName(), job.getGroup());
    JobDetail detail =
        JobBuilder.newJob(Job.class).withIdentity(job).storeDurably(evaluates).build();
    Trigger trigger = TriggerBuilder.newTrigger()
        .withIdentity(key)
        .forJob(detail)
        .startAt(Date.from(at))
        .withSchedule(
            SimpleScheduleBuilder.simpleSchedule().withMisfireHandlingInstructionFireNow())
        .build();
    try {
      if (scheduler.isShutdown()) {
        return;
      }
      if (evaluates) {
        scheduler.addJob(detail, true);
        scheduler.unscheduleJob(key);
        scheduler.scheduleJob(trigger);
      } else {
        scheduler.scheduleJob(detail, trigger);
      }
    } catch (SchedulerException e) {
      log.error("Evaluation {} cannot be scheduled at {}", job, at, e);
    }
  }

  @Override
  public void close() {
    try {
      scheduler.shutdown(true);
    } catch (SchedulerException e) {
      throw new IllegalStateException("Quartz scheduler cannot be stopped: " + e.getMessage(), e);
    }
  }
}
