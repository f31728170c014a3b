package io.tierkeeper.moves;

/** What a verification found, so far or at its end. */
public enum Verdict {
  RUNNING("Running"),
  EQUAL("Equal"),
  DIFFERENT("Different");

  private final String apiName;

  Verdict(String apiName) {
    this.apiName = apiName;
  }

  /** The PascalCase word that the API uses. */
  public String apiName() {
    return apiName;
  }
}
