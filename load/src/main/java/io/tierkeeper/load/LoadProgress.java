package io.tierkeeper.load;

/** Receives how far a load is; called by several threads. */
public interface LoadProgress {

  /** Ignores it. */
  LoadProgress NONE = (written, share) -> {};

  /**
   * Points were written.
   *
   * @param written rows that are done, those of earlier runs included
   * @param share of the file that has been read, 0 to 1; NaN where its size is not known
   */
  void advanced(long written, double share);
}
