package io.tierkeeper.lab.faults.inject;

import io.tierkeeper.audit.AuditUnavailableException;
import io.tierkeeper.qdrant.QdrantException;
import java.io.IOException;
import java.util.function.Function;

/**
 * Where faults are injected: everything that a process writes to the outside. Faults of the process itself (a death, a
 * standstill) and of its environment (a peer, the disk, the clock) are injected at these points too, so that each is tried
 * between any two writes.
 */
public enum InjectionPoint {
  /** A mutating call to Qdrant. */
  QDRANT_CALL(
      "qdrant",
      true,
      write -> new QdrantException.OutcomeUnknown("the answer to " + write + " is lost", null),
      write -> new QdrantException.Unavailable(write + " is refused for now", null)),
  /** A move's journal, outside of Kubernetes. */
  JOURNAL(
      "journal",
      true,
      write -> new JournalFault("the answer to " + write + " is lost"),
      write -> new JournalFault(write + " is refused for now")),
  /** An event of the audit trail. */
  AUDIT(
      "audit",
      false,
      write -> new AuditUnavailableException("the answer to " + write + " is lost", true, null),
      write -> new AuditUnavailableException(write + " is refused for now", true, null)),
  /** The disk below an audit trail. */
  AUDIT_DISK(
      "audit",
      false,
      write -> new IOException(write + ": input/output error"),
      write -> new IOException(write + ": no space left on device")),
  /** A call of the webhook that pauses a tenant's writers. */
  WEBHOOK(
      "webhook",
      true,
      write -> new IOException("the answer to " + write + " is lost"),
      write -> new IOException(write + " is refused for now")),
  /** A write to the Kubernetes API, the renewal of a lease too. */
  KUBERNETES_WRITE(
      "kubernetes",
      true,
      write -> new IOException("the answer to " + write + " is lost"),
      write -> new RequestRefused(write + " is refused for now"));

  private final String receiver;
  private final boolean remote;
  private final Function<String, Exception> unknown;
  private final Function<String, Exception> refused;

  InjectionPoint(
      String receiver,
      boolean remote,
      Function<String, Exception> unknown,
      Function<String, Exception> refused) {
    this.receiver = receiver;
    this.remote = remote;
    this.unknown = unknown;
    this.refused = refused;
  }

  /** The name of a write, as {@code qdrant deleteShardKey}. */
  String name(String write) {
    return (receiver + " " + write).strip();
  }

  /** Whether a write can take effect after its process has given it up: on a disk of its own it cannot. */
  boolean remote() {
    return remote;
  }

  /** What the writer receives where the write may or may not have had its effect. */
  Exception unknown(String write) {
    return unknown.apply(write);
  }

  /** What the writer receives where the write had no effect. */
  Exception refused(String write) {
    return refused.apply(write);
  }
}
