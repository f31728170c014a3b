package io.tierkeeper.audit.file;

import io.tierkeeper.audit.AuditReceipt;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The latest ids of a trail and their lines, so that a repeated step is recognised in bounded memory. */
final class KnownIds {

  private final Map<String, AuditReceipt> receipts;

  KnownIds(int limit) {
    receipts = new LinkedHashMap<>() {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, AuditReceipt> eldest) {
        return size() > limit;
      }
    };
  }

  void remember(String id, long sequence, String entryHash) {
    receipts.put(id, new AuditReceipt(sequence, entryHash, true));
  }

  @Nullable
  AuditReceipt find(String id) {
    return receipts.get(id);
  }

  boolean isEmpty() {
    return receipts.isEmpty();
  }

  void clear() {
    receipts.clear();
  }
}
