package io.tierkeeper.operator.page;

import com.sun.net.httpserver.HttpHandler;
import io.tierkeeper.api.v1alpha1.TenantTier;
import io.tierkeeper.api.v1alpha1.TierMove;
import io.tierkeeper.api.v1alpha1.TierPolicy;
import io.tierkeeper.api.v1alpha1.TieredCollection;
import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.operator.view.ResourceViews;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The page's content: reads the caches once a second while a client looks, else every ten seconds for the histories of masses, and
 * counts versions of what the page shows.
 */
public final class LivePage implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LivePage.class);

  private static final Duration TICK = Duration.ofSeconds(1);

  /** Ticks between two samples of the masses while no client looks. */
  private static final int IDLE_TICKS = 10;

  /** How long after its last request a client counts as looking, in ticks. */
  private static final int LOOKS_FOR = 30;

  private final String instance;
  private final String release;
  private final BooleanSupplier leading;
  private final Supplier<PageReader.@Nullable Caches> caches;
  private final InstantSource clock;
  private final MassHistory history = new MassHistory();
  private final TrailTail trail = new TrailTail();
  private final PageHandler handler = new PageHandler(this);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Thread ticker;
  private PageSnapshot snapshot;
  private long version = 1;
  private int ticksSinceRead;
  private int ticksSinceRequest = LOOKS_FOR;
  private volatile boolean closed;

  /**
   * A page that has not started to sample.
   *
   * @param instance name of this replica
   * @param release version of Tierkeeper
   * @param leading whether this replica leads
   * @param views the caches of the controllers; null while they are not filled
   */
  public LivePage(
      String instance,
      String release,
      BooleanSupplier leading,
      Supplier<@Nullable ResourceViews> views,
      InstantSource clock) {
    this(clock, instance, release, leading, () -> {
      ResourceViews now = views.get();
      return now == null ? null : new ViewedCaches(now);
    });
  }

  /** Starts to sample. */
  public void start() {
    ticker.start();
  }

  /** Without a thread: {@link #tick()} is called by a test. */
  LivePage(
      InstantSource clock,
      String instance,
      String release,
      BooleanSupplier leading,
      Supplier<PageReader.@Nullable Caches> caches) {
    this.instance = instance;
    this.release = release;
    this.leading = leading;
    this.caches = caches;
    this.clock = clock;
    snapshot = PageSnapshot.empty(new PageState.Replica(instance, release, PageState.Role.Standby));
    ticker = Thread.ofVirtual().name("live-page").unstarted(this::run);
  }

  /** Serves {@code /page} and what is below it. */
  public HttpHandler handler() {
    return handler;
  }

  /** Takes over a line that was appended to a trail. */
  public void appended(AuditStream stream, AuditEvent event, AuditReceipt receipt) {
    try {
      trail.appended(stream, event, receipt);
    } catch (RuntimeException e) {
      // Whoever appends must not fail for it.
      log.warn("A line of the audit trail is not on the live page: {}", e.toString());
    }
  }

  private void run() {
    while (!closed) {
      try {
        tick();
      } catch (RuntimeException e) {
        // The page must not disturb the operator, and the next reading may succeed.
        log.warn("The live page cannot be read: {}", e.toString());
      }
      try {
        Thread.sleep(TICK);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  /** A second has passed. */
  void tick() {
    lock.lock();
    try {
      ticksSinceRead++;
      ticksSinceRequest = Math.min(ticksSinceRequest + 1, LOOKS_FOR);
      if (ticksSinceRequest < LOOKS_FOR || ticksSinceRead >= IDLE_TICKS) {
        read();
      }
    } finally {
      lock.unlock();
    }
  }

  /** The caller holds the lock. */
  private void read() {
    ticksSinceRead = 0;
    PageSnapshot next = current();
    if (next.equals(snapshot)) {
      return;
    }
    history.add(
        clock.instant().getEpochSecond(),
        next.tenants().stream()
            .limit(MassHistory.MAX_TENANTS)
            .filter(tenant -> tenant.mass() != null)
            .map(tenant -> new MassHistory.Sample(PageSnapshot.key(tenant), mass(tenant)))
            .toList());
    snapshot = next;
    version++;
    changed.signalAll();
  }

  private static double mass(PageState.OfTenant tenant) {
    Double mass = tenant.mass();
    return mass == null ? 0 : mass;
  }

  private PageSnapshot current() {
    PageReader.@Nullable Caches filled = leading.getAsBoolean() ? caches.get() : null;
    if (filled == null) {
      return PageSnapshot.empty(new PageState.Replica(
          instance,
          release,
          leading.getAsBoolean() ? PageState.Role.TakingOver : PageState.Role.Standby));
    }
    return PageReader.read(
        new PageState.Replica(instance, release, PageState.Role.Leading), filled, trail.entries());
  }

  /** What is shown now; at most a second old. */
  PageState state(String filter) {
    PageSnapshot shown;
    long of;
    lock.lock();
    try {
      boolean idle = ticksSinceRequest >= LOOKS_FOR;
      ticksSinceRequest = 0;
      if (idle) {
        read();
      }
      shown = snapshot;
      of = version;
    } finally {
      lock.unlock();
    }
    return shown.state(of, filter, history);
  }

  /**
   * Waits for another version than the one that a client knows.
   *
   * @return the present version, which is the known one when the time is over or the page is closed
   */
  long awaitOther(long known, Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lock();
    try {
      ticksSinceRequest = 0;
      while (version == known && left > 0 && !closed) {
        left = changed.awaitNanos(left);
        ticksSinceRequest = 0;
      }
      return version;
    } finally {
      lock.unlock();
    }
  }

  boolean closed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
    ticker.interrupt();
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What the controllers watch. */
  private record ViewedCaches(ResourceViews views) implements PageReader.Caches {
    @Override
    public List<TieredCollection> collections() {
      return views.collections().toList();
    }

    @Override
    public List<TierPolicy> policies() {
      return views.policies();
    }

    @Override
    public List<TenantTier> tenantTiersOf(String namespace, String collection) {
      return views.tenantTiersOf(namespace, collection);
    }

    @Override
    public List<TierMove> moves() {
      return views.moves();
    }
  }
}
