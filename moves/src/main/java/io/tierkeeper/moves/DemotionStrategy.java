package io.tierkeeper.moves;

/** How the tenant's writers are kept from a key that is about to go. */
public enum DemotionStrategy {
  /** The dedicated key is made Dead for a moment; needs no help from the application, but a quiet tenant. */
  FREEZE,
  /** The tenant's writers are paused from outside. */
  FENCE,
  /** No demotion. */
  NEVER
}
