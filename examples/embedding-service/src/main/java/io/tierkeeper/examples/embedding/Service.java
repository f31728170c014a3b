package io.tierkeeper.examples.embedding;

import io.helidon.webserver.WebServer;
import io.tierkeeper.client.CollectionSpec;
import io.tierkeeper.client.CollectionSpec.TenantIndex;
import io.tierkeeper.client.TenantClient;
import io.tierkeeper.client.micrometer.MicrometerListener;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service: endpoints, workers, and the change of model. */
final class Service implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Service.class);
  private static final long POLL_MILLIS = 500;
  private static final long MAX_BODY_BYTES = 8L * 1024 * 1024;

  /** What endpoints and workers share. */
  record Parts(
      Database database,
      TenantClient client,
      Meters meters,
      Models models,
      JobStore jobs,
      ModelChange change,
      SegmentIndex index)
      implements AutoCloseable {

    /** Connects to the database and to Qdrant, creates schema and collection, and sets the target of the change of model. */
    static Parts open(Settings settings, Failpoint failpoint) throws SQLException {
      Meters meters = new Meters();
      Models models = new Models(settings, meters);
      Database database = Database.open(settings.database());
      TenantClient client = TenantClient.connect(
          settings.client().listener(new MicrometerListener(meters.registry())).build());
      Parts parts = new Parts(
          database,
          client,
          meters,
          models,
          new JobStore(database, failpoint),
          new ModelChange(database, failpoint),
          new SegmentIndex(client));
      try {
        parts.prepare(settings);
      } catch (SQLException | RuntimeException e) {
        parts.close();
        throw e;
      }
      return parts;
    }

    private void prepare(Settings settings) throws SQLException {
      client.collection().create(new CollectionSpec(models.vectors(), 1, TenantIndex.KEYWORD));
      Set<String> there = new TreeSet<>(client
          .collection()
          .info()
          .getConfig()
          .getParams()
          .getVectorsConfig()
          .getParamsMap()
          .getMapMap()
          .keySet());
      if (!there.containsAll(models.names())) {
        throw new Variables.InvalidSetting("EMBEDDING_MODELS has " + models.names()
            + ", but collection " + client.config().collection() + " has the vectors "
            + there
            + "; add the missing ones to the collection, or use another one (COLLECTION_NAME)");
      }
      change.target(settings.model(), models.names());
    }

    @Override
    public void close() {
      client.close();
      database.close();
    }
  }

  private final Parts parts;
  private final Semaphore jobs = new Semaphore(0);
  private final Semaphore end = new Semaphore(0);
  private final List<Thread> threads = new ArrayList<>();
  private final WebServer server;
  private volatile boolean stopped;

  private Service(Settings settings, Parts parts) {
    this.parts = parts;
    Api api = new Api(parts, settings, jobs::release);
    this.server = WebServer.builder()
        .host(settings.host())
        .port(settings.port())
        .maxPayloadSize(MAX_BODY_BYTES)
        .routing(api::route)
        .build()
        .start();
    Worker worker = new Worker(
        parts.jobs(),
        parts.change(),
        parts.models(),
        parts.index(),
        parts.meters(),
        settings,
        Failpoint.NONE);
    for (int i = 1; i <= settings.workers(); i++) {
      threads.add(
          Thread.ofPlatform().name("worker-" + i).start(() -> repeat(worker::runOne, jobs)));
    }
    threads.add(
        Thread.ofPlatform().name("model-change").start(() -> repeat(this::changeModel, end)));
  }

  static Service start(Settings settings) throws SQLException {
    Parts parts = Parts.open(settings, Failpoint.NONE);
    try {
      return new Service(settings, parts);
    } catch (RuntimeException e) {
      parts.close();
      throw e;
    }
  }

  int port() {
    return server.port();
  }

  private boolean changeModel() throws SQLException {
    ModelChange.Step step = parts.change().step();
    if (step.enqueued() > 0) {
      LOG.info("queued {} backfill jobs", step.enqueued());
      jobs.release(step.enqueued());
    }
    if (step.switched()) {
      LOG.info("searches use model {} from now on", parts.change().current().serving());
    }
    return false;
  }

  /** Does something, and returns whether it should be done again at once. */
  @FunctionalInterface
  private interface Task {
    boolean run() throws SQLException;
  }

  private void repeat(Task task, Semaphore wakeUp) {
    while (!stopped) {
      boolean again = false;
      try {
        again = task.run();
      } catch (SQLException | RuntimeException e) {
        LOG.warn("{} failed; continues in {} ms", Thread.currentThread().getName(), POLL_MILLIS, e);
      }
      try {
        if (!again) {
          // Also without a wake-up: a job may come from another replica, a back-off or a lease may
          // end.
          wakeUp.tryAcquire(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** Waits until each worker has done the job that it has. If the process is killed meanwhile, another takes the job. */
  @Override
  public void close() {
    stopped = true;
    server.stop();
    jobs.release(threads.size());
    end.release();
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    parts.close();
  }
}
