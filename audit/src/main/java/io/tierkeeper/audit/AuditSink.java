package io.tierkeeper.audit;

import io.tierkeeper.audit.chain.AuditHead;
import java.util.Iterator;

/** Where events are recorded, in order, before and after the mutations that they describe. */
public interface AuditSink extends AutoCloseable {

  /**
   * Records the event, or finds it recorded: an id that is known appends nothing.
   *
   * @throws AuditUnavailableException when the line is not, or may not be, on disk; whoever was about to act must not
   */
  AuditReceipt append(AuditEvent event, Durability durability);

  /**
   * Sets what each file begins with. The current file gets it before its next event where it does not have it yet, as after
   * a start.
   */
  void beginFilesWith(Beginning beginning);

  /** Lets the current file get once more what files begin with, before its next event. */
  void beginAgain();

  /** What the events after it are to be understood from. Its methods are called while the trail is locked. */
  interface Beginning {

    /**
     * The events, in order, each with an id of its own.
     *
     * @param head of the chain before them, by which ids differ from those of earlier files
     */
    Iterator<AuditEvent> events(AuditHead head);

    /** An event was appended, by whomever; those of {@link #events} as well. */
    void written(AuditEvent event);
  }

  /** The last line of the chain. */
  AuditHead head();

  /** False once an append has failed: no further step may be taken. */
  boolean healthy();

  /** Makes all lines durable and lets the file go. A second call does nothing. */
  @Override
  void close();
}
