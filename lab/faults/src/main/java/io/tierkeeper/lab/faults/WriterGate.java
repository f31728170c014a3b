package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.Fence;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.qdrant.ShardKey;
import java.net.URI;
import java.time.Duration;

/** The gateway of a tenant's writers: a fence's webhook pauses and resumes them. */
final class WriterGate implements WebhookSender {

  /** A fence by this gateway; no request leaves the process. */
  static final Fence WEBHOOK =
      new Fence.Webhook(URI.create("http://gateway.invalid/pause"), Duration.ofSeconds(1));

  private final Workload workload;
  private final ShardKey tenant;
  private boolean closed;
  private boolean leaks;

  WriterGate(Workload workload, ShardKey tenant) {
    this.workload = workload;
    this.tenant = tenant;
  }

  boolean closed() {
    return closed;
  }

  /** Whether it answers requests for a fence as ever and holds no writer. */
  void leak(boolean leaky) {
    leaks = leaky;
  }

  /** Pauses or resumes the writers; returns when no write is in flight. */
  void set(boolean wanted) throws InterruptedException {
    if (wanted && leaks) {
      closed = true;
      return;
    }
    if (wanted != closed) {
      closed = wanted;
      if (wanted) {
        workload.clients(tenant).hold();
      } else {
        workload.clients(tenant).release();
      }
    }
  }

  @Override
  public int post(URI url, Duration timeout, String body) throws InterruptedException {
    set(body.contains("\"phase\":\"Fence\""));
    return 204;
  }
}
