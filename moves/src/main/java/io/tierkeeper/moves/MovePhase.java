package io.tierkeeper.moves;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

  /** The phase with this word; empty for none, and for one of a later version. */
  public static Optional<MovePhase> named(@Nullable String apiName) {
    return Arrays.stream(values())
        .filter(phase -> phase.apiName.equals(apiName))
        .findFirst();
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
