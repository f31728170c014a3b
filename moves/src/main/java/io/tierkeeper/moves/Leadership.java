package io.tierkeeper.moves;

/** Whether this process may still act; asked before each call that changes Qdrant. */
@FunctionalInterface
public interface Leadership {

  /** Returns while the lease is certainly held. */
  void requireLeading() throws NotLeadingException;

  /** For one process that has no rival: tests, simulations, single-shot commands. */
  static Leadership always() {
    return () -> {};
  }
}
