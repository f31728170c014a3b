package io.tierkeeper.huf;

import org.jspecify.annotations.Nullable;

/**
 * The configuration of one export.
 *
 * @param budgetType {@code mass} or {@code energy}
 * @param exclusion the frame of tau
 * @param tau the smallest share worth naming, >= 0
 * @param tauLocal the smallest local share; required for {@link Exclusion#DUAL}
 */
public record HufConfig(
    String budgetType,
    Exclusion exclusion,
    double tau,
    @Nullable Double tauLocal) {
  /** Checks the values; an {@link IllegalArgumentException} names the field, the value and what is allowed. */
  public HufConfig {
    if (!budgetType.equals("mass") && !budgetType.equals("energy")) {
      throw new IllegalArgumentException(
          "budgetType is " + budgetType + "; allowed is mass or energy");
    }
    if (!(tau >= 0) || Double.isInfinite(tau)) {
      throw new IllegalArgumentException("tau is " + tau + "; allowed is a finite number >= 0");
    }
    if (tauLocal != null && (!(tauLocal >= 0) || Double.isInfinite(tauLocal))) {
      throw new IllegalArgumentException(
          "tauLocal is " + tauLocal + "; allowed is a finite number >= 0");
    }
    if (exclusion == Exclusion.DUAL && tauLocal == null) {
      throw new IllegalArgumentException("tauLocal is missing; exclusion dual requires it");
    }
  }

  /** Shares of mass, those below tau of everything set aside. */
  public static HufConfig ofTau(double tau) {
    return new HufConfig("mass", Exclusion.GLOBAL, tau, null);
  }

  HufConfig withTau(double other) {
    return new HufConfig(budgetType, exclusion, other, tauLocal);
  }

  /** The framework's hash of its configuration: JSON with sorted keys, of which two are constants here. */
  String paramHash() {
    return PythonText.hash(
        "{\"budget_type\": \"" + budgetType + "\", \"exclusion\": \"" + exclusion.word()
            + "\", \"regime_local_unity\": true, \"seed\": 0, \"tau\": " + PythonText.repr(tau)
            + ", \"tau_local\": "
            + (tauLocal == null ? "null" : PythonText.repr(tauLocal)) + "}");
  }
}
