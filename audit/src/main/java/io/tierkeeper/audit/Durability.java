package io.tierkeeper.audit;

/** How soon a line must survive the loss of the machine. */
public enum Durability {
  /** On disk when append returns: for a line that announces a mutation, and for the line with its result. */
  BEFORE_MUTATION,
  /** May be flushed together with its neighbours, after at most 100 ms or 64 lines. */
  GROUPED
}
