package io.tierkeeper.moves;

/** Where a move stands, in the words of {@code TierMove.status.phase}. */
public enum MovePhase {
  PENDING("Pending"),
  AWAITING_APPROVAL("AwaitingApproval"),
  AWAITING_WINDOW("AwaitingWindow"),
  PREFLIGHT("Preflight"),
  COPYING("Copying"),
  VERIFYING("Verifying"),
  RETAINING("Retaining"),
  CLEANING_UP("CleaningUp"),
  SUCCEEDED("Succeeded"),
  ABORTING("Aborting"),
  ABORTED("Aborted"),
  FAILED("Failed"),
  EXPIRED("Expired");

  private final String apiName;

  MovePhase(String apiName) {
    this.apiName = apiName;
  }

  /** The PascalCase word that the API uses. */
  public String apiName() {
    return apiName;
  }

  /** Whether nothing follows. */
  public boolean ended() {
    return switch (this) {
      case SUCCEEDED, ABORTED, FAILED, EXPIRED -> true;
      case PENDING,
          AWAITING_APPROVAL,
          AWAITING_WINDOW,
          PREFLIGHT,
          COPYING,
          VERIFYING,
          RETAINING,
          CLEANING_UP,
          ABORTING -> false;
    };
  }
}
