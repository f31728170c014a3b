package io.tierkeeper.simulation.steps;

import java.util.Objects;

/**
 * The least value that a figure of a run may have.
 *
 * @param figure what is compared
 * @param least the smallest value that passes
 */
public record StepLimit(Figure figure, double least) {

  /** Figures of a run, of which more is better. */
  public enum Figure {
    COHERENCE("coherence", 0, 1),
    LOCAL_COHERENCE("localCoherence", 0, 1),
    EROSION("erosion", -1, 1_000_000),
    SHARE("share", 0, 1);

    private final String key;
    private final double min;
    private final double max;

    Figure(String key, double min, double max) {
      this.key = key;
      this.min = min;
      this.max = max;
    }

    /** The name for programs. */
    public String key() {
      return key;
    }

    /** The smallest value that it can have. */
    public double min() {
      return min;
    }

    /** The largest value that it can have. */
    public double max() {
      return max;
    }

    /** Its value in a run: C(H) and erosion of the whole, the smallest C_local and share of any step. */
    public double of(StepResult run) {
      return switch (this) {
        case COHERENCE -> run.cumulativeCoherence();
        case EROSION -> run.erosion();
        case LOCAL_COHERENCE ->
          run.steps().stream()
              .map(StepResult.Row::localCoherence)
              .filter(Objects::nonNull)
              .mapToDouble(Double::doubleValue)
              .min()
              .orElse(1);
        case SHARE ->
          run.steps().stream().mapToDouble(StepResult.Row::rhoPost).min().orElse(0);
      };
    }
  }

  /** Whether a run passes. */
  public boolean met(StepResult run) {
    return figure.of(run) >= least;
  }
}
