package io.tierkeeper.moves;

/** How deep the copy is compared before anything is deleted. */
public enum VerifyLevel {
  /** Every id is there. */
  IDS,
  /** Every id is there with the same payload and vectors. */
  CONTENT
}
