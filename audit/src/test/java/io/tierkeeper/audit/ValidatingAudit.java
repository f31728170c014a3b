package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.chain.AuditHead;
import java.util.List;

/** A sink that lets only events pass whose payload fits the published schema; for tests of whoever writes events. */
public final class ValidatingAudit implements AuditSink {

  private final AuditSink sink;

  /** Passes on to another sink, such as an {@link InMemoryAudit}. */
  public ValidatingAudit(AuditSink sink) {
    this.sink = sink;
  }

  @Override
  public AuditReceipt append(AuditEvent event, Durability durability) {
    ObjectNode data = EventJson.write(event.data());
    data.putObject("actor")
        .put("kind", "Operator")
        .put("version", "test")
        .put("instance", "test")
        .put("term", 1);
    List<String> faults = AuditSchemas.faultsOfData(event.type(), data.toString());
    if (!faults.isEmpty()) {
      throw new AssertionError(
          event.type() + " does not fit its schema: " + faults + "\n" + data.toPrettyString());
    }
    return sink.append(event, durability);
  }

  @Override
  public void beginFilesWith(Beginning beginning) {
    sink.beginFilesWith(beginning);
  }

  @Override
  public void beginAgain() {
    sink.beginAgain();
  }

  @Override
  public AuditHead head() {
    return sink.head();
  }

  @Override
  public boolean healthy() {
    return sink.healthy();
  }

  @Override
  public void close() {
    sink.close();
  }
}
