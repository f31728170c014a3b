package io.tierkeeper.migrate;

/** Receives the progress of a migration. */
public interface MigrationListener {

  /**
   * A part begins.
   *
   * @param points Qdrant's estimate of the points that it reads; -1 where it is not known
   */
  void begins(String part, long points);

  /** Points were read since the last call. */
  void read(long points);

  /** The part has ended. */
  void ends();
}
