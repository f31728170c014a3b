package io.tierkeeper.operator.page;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditReceipt;
import io.tierkeeper.audit.file.AuditStream;
import io.tierkeeper.audit.text.AuditSentence;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last lines that this process has appended to its audit trails, as sentences. Lines that others sum up are left out, as in
 * {@code audit tail}.
 */
final class TrailTail {

  static final int MAX_ENTRIES = 50;
  static final int MAX_TEXT = 400;

  private final Deque<PageState.TrailEntry> entries = new ArrayDeque<>();

  /** Takes over a line that is in the trail now. */
  void appended(AuditStream stream, AuditEvent event, AuditReceipt receipt) {
    if (AuditSentence.isDetail(event.data()) || receipt.sequence() == 0) {
      return;
    }
    String text = AuditSentence.of(event.data());
    PageState.TrailEntry entry = new PageState.TrailEntry(
        receipt.sequence(),
        event.time().truncatedTo(ChronoUnit.SECONDS).toString(),
        stream.namespace() + "/" + stream.name(),
        AuditSentence.tenant(event.subject()),
        text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT - 1) + "…" : text);
    synchronized (entries) {
      entries.addFirst(entry);
      if (entries.size() > MAX_ENTRIES) {
        entries.removeLast();
      }
    }
  }

  /** Newest first. */
  List<PageState.TrailEntry> entries() {
    synchronized (entries) {
      return List.copyOf(entries);
    }
  }
}
