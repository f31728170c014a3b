package io.tierkeeper.audit;

import io.tierkeeper.audit.chain.AuditHead;

/** Where events are recorded, in order, before and after the mutations that they describe. */
public interface AuditSink extends AutoCloseable {

  /**
   * Records the event, or finds it recorded: an id that is known appends nothing.
   *
   * @throws AuditUnavailableException when the line is not, or may not be, on disk; whoever was about to act must not
   */
  AuditReceipt append(AuditEvent event, Durability durability);

  /** The last line of the chain. */
  AuditHead head();

  /** False once an append has failed: no further step may be taken. */
  boolean healthy();

  /** Makes all lines durable and lets the file go. A second call does nothing. */
  @Override
  void close();
}
