package io.tierkeeper.audit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tierkeeper.audit.chain.AuditHead;
import io.tierkeeper.audit.chain.HashChain;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A trail without a file, for tests and simulations: the same ids and the same failures, chained but not stored. */
public final class InMemoryAudit implements AuditSink {

  private final List<AuditEvent> events = new ArrayList<>();
  private final Map<String, AuditReceipt> known = new HashMap<>();
  private AuditHead head = AuditHead.EMPTY;
  private boolean failing;
  private @Nullable Beginning beginning;
  private boolean begun;

  @Override
  public synchronized void beginFilesWith(Beginning what) {
    beginning = what;
  }

  @Override
  public synchronized void beginAgain() {
    begun = false;
  }

  @Override
  public synchronized AuditReceipt append(AuditEvent event, Durability durability) {
    if (failing) {
      throw new AuditUnavailableException("the trail in memory is set to fail", true, null);
    }
    AuditReceipt before = known.get(event.id());
    if (before != null) {
      return new AuditReceipt(before.sequence(), before.entryHash(), true);
    }
    if (beginning != null && !begun) {
      begun = true;
      beginning.events(head).forEachRemaining(this::write);
    }
    return write(event);
  }

  private AuditReceipt write(AuditEvent event) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("id", event.id())
        .put("type", event.type().eventType())
        .put("subject", event.subject());
    line.put("time", event.time().toString()).put("sequence", head.sequence() + 1);
    line.set("data", EventJson.write(event.data()));
    head =
        new AuditHead(head.sequence() + 1, HashChain.line(line, head.headHash()).entryHash());
    AuditReceipt receipt = new AuditReceipt(head.sequence(), head.headHash(), false);
    known.put(event.id(), receipt);
    events.add(event);
    if (beginning != null) {
      beginning.written(event);
    }
    return receipt;
  }

  /** Whether every append from now on throws: a full disk and its repair. */
  public synchronized void fail(boolean fail) {
    failing = fail;
  }

  /** All events so far, in order, each id once. */
  public synchronized List<AuditEvent> events() {
    return List.copyOf(events);
  }

  /** The events of one type so far, in order. */
  public synchronized List<AuditEvent> events(AuditType type) {
    return events.stream().filter(event -> event.type() == type).toList();
  }

  @Override
  public synchronized AuditHead head() {
    return head;
  }

  @Override
  public synchronized boolean healthy() {
    return !failing;
  }

  @Override
  public void close() {
    // Nothing is held.
  }
}
