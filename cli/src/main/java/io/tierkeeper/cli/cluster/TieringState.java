package io.tierkeeper.cli.cluster;

import java.util.Collection;
import java.util.Comparator;

/** How far a resource is from rest; later constants matter more. */
enum TieringState {
  /** Nothing is to be done and nothing is expected. */
  SETTLED("Settled", 0),
  /** Waits for an approval, a window, an end of a retention, or for something that passes by itself. */
  WAITING("Waiting", 3),
  /** A move is changing shards. */
  MOVING("Moving", 3),
  /** Waiting does not help. */
  STALLED("Stalled", 4);

  private final String label;
  private final int exitCode;

  TieringState(String label, int exitCode) {
    this.label = label;
    this.exitCode = exitCode;
  }

  /** As it is printed. */
  String label() {
    return label;
  }

  /** What {@code status} ends with. */
  int exitCode() {
    return exitCode;
  }

  /** The one that matters most; {@link #SETTLED} of none. */
  static TieringState worst(Collection<TieringState> states) {
    return states.stream().max(Comparator.naturalOrder()).orElse(SETTLED);
  }
}
