package io.tierkeeper.audit;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether something began or ended. */
public enum Edge {
  @JsonProperty("began")
  BEGAN,
  @JsonProperty("ended")
  ENDED;

  /** The edge to a state. */
  public static Edge of(boolean began) {
    return began ? BEGAN : ENDED;
  }
}
