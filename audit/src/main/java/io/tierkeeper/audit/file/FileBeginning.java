package io.tierkeeper.audit.file;

import io.tierkeeper.audit.AuditEvent;
import io.tierkeeper.audit.AuditSink;
import io.tierkeeper.audit.AuditType;
import io.tierkeeper.audit.CompositionData;
import io.tierkeeper.audit.EventData;
import io.tierkeeper.audit.MeasurementData;
import io.tierkeeper.audit.PolicyData;
import io.tierkeeper.audit.chain.AuditHead;
import java.util.Collections;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** What each file begins with, and whether the current one has it. */
final class FileBeginning {

  private AuditSink.@Nullable Beginning what;
  private boolean written;
  private boolean within;
  private long bytes;

  void with(AuditSink.Beginning beginning) {
    what = beginning;
  }

  /** The current file gets it once more. */
  void again() {
    written = false;
  }

  /** Another file is being written from now on. */
  void fileOpened() {
    written = false;
    within = false;
    bytes = 0;
  }

  /** The events to be written before the next one; none where the file has them. */
  Iterator<AuditEvent> due(AuditHead head) {
    AuditSink.Beginning beginning = what;
    if (written || beginning == null) {
      return Collections.emptyIterator();
    }
    written = true;
    return beginning.events(head);
  }

  /** Whether the file may end, or get what files begin with, before this event: not in the middle of what belongs together. */
  boolean allowedBefore(EventData next) {
    boolean another = next.type() == AuditType.COMPOSITION || next.type() == AuditType.POLICY;
    return !next.continues() && (another || !within);
  }

  /** An event was written; of any thread. */
  void wrote(AuditEvent event) {
    if (what != null) {
      what.written(event);
    }
    switch (event.data()) {
      case CompositionData part -> within = part.form() == CompositionData.Form.DELTA;
      case PolicyData policy ->
        within =
            policy.piece() != null && policy.piece().part() < policy.piece().parts();
      case MeasurementData measurement -> within = false;
      default -> {
        // Written by another thread meanwhile.
      }
    }
  }

  /** The events that files begin with have so many bytes more. */
  void grew(long more) {
    bytes += more;
  }

  /** So many of the file's bytes do not count for its size: else one that begins beyond the limit would never grow. */
  long bytes() {
    return bytes;
  }
}
