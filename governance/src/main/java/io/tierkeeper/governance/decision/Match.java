package io.tierkeeper.governance.decision;

/** How a share threshold and a points threshold combine. */
public enum Match {
  /** One of them is enough. */
  EITHER,
  /** All of them must hold. */
  BOTH
}
