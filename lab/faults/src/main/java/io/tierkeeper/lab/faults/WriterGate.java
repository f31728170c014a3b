package io.tierkeeper.lab.faults;

import io.tierkeeper.lab.workload.Workload;
import io.tierkeeper.moves.WebhookSender;
import io.tierkeeper.qdrant.ShardKey;
import java.net.URI;
import java.time.Duration;

/** The gateway of a tenant's writers: a fence's webhook pauses them, and lets them go on. */
final class WriterGate implements WebhookSender {

  private final Workload workload;
  private final ShardKey tenant;
  private boolean closed;

  WriterGate(Workload workload, ShardKey tenant) {
    this.workload = workload;
    this.tenant = tenant;
  }

  boolean closed() {
    return closed;
  }

  @Override
  public int post(URI url, Duration timeout, String body) throws InterruptedException {
    boolean wanted = body.contains("\"phase\":\"Fence\"");
    if (wanted != closed) {
      closed = wanted;
      if (wanted) {
        workload.hold(tenant);
      } else {
        workload.release(tenant);
      }
    }
    return 204;
  }
}
