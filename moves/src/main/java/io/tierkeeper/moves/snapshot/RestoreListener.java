package io.tierkeeper.moves.snapshot;

/** Watches a restoration. */
public interface RestoreListener {

  /** Ignores all events. */
  RestoreListener NONE = new RestoreListener() {
    @Override
    public void begins(String part, long points) {}

    @Override
    public void read(long points) {}
  };

  /**
   * A part of the work begins.
   *
   * @param points how many it will read; 0 where that is not known
   */
  void begins(String part, long points);

  /** So many points more have been read. */
  void read(long points);
}
