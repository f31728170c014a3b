package io.tierkeeper.lab.faults.inject;

/** A write of a move's journal that failed, or whose outcome is unknown. */
public final class JournalFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  JournalFault(String message) {
    super(message);
  }
}
