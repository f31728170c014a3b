package io.tierkeeper.examples.embedding;

/** A place between two steps at which a test ends the process. In production it does nothing. */
@FunctionalInterface
interface Failpoint {

  Failpoint NONE = step -> {};

  /** The code has come to this place. */
  void reached(String step);
}
