package io.tierkeeper.governance.decision;

/** How much the operator may do by itself. */
public enum Mode {
  /** Measure and publish; give no advice. */
  OFF("Off"),
  /** Give advice; never move. */
  RECOMMEND("Recommend"),
  /** Plan moves; each needs approval. */
  APPROVE("Approve"),
  /** Move; only the directions that the policy names need approval. */
  AUTO("Auto");

  private final String label;

  Mode(String label) {
    this.label = label;
  }

  /** The PascalCase word that the API uses. */
  public String label() {
    return label;
  }
}
