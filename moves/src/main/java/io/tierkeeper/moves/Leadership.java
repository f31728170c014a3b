package io.tierkeeper.moves;

/** Whether this process may still act; verified before each mutating call. */
@FunctionalInterface
public interface Leadership {

  /** Returns while the lease is certainly held. */
  void requireLeading() throws NotLeadingException;

  /** For a process that cannot lose leadership: tests, simulations, single-shot commands. */
  static Leadership always() {
    return () -> {};
  }
}
