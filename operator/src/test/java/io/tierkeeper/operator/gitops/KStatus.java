package io.tierkeeper.operator.gitops;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How kubectl, Helm and Flux see an object of a kind that they do not know: the rules of sigs.k8s.io/cli-utils v0.37.2,
 * {@code pkg/kstatus/status} ({@code Compute}, {@code checkGenericProperties}, {@code checkReadyCondition}). That library gives the same
 * status for each fixture of ArgoCdTest.
 */
public enum KStatus {
  CURRENT,
  IN_PROGRESS,
  FAILED,
  TERMINATING;

  /** The status of an object of any custom kind. */
  public static KStatus of(JsonNode object) {
    if (!object.at("/metadata/deletionTimestamp").asText().isEmpty()) {
      return TERMINATING;
    }
    if (unobserved(object)) {
      return IN_PROGRESS;
    }
    // The first of both that is True decides.
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("status").asText().equals("True")) {
        switch (condition.path("type").asText()) {
          case "Reconciling" -> {
            return IN_PROGRESS;
          }
          case "Stalled" -> {
            return FAILED;
          }
          default -> {
            // No standard condition.
          }
        }
      }
    }
    for (JsonNode condition : object.at("/status/conditions")) {
      if (condition.path("type").asText().equals("Ready")) {
        return condition.path("status").asText().equals("True") ? CURRENT : IN_PROGRESS;
      }
    }
    return CURRENT;
  }

  /** Whether the status is of an older generation; an object without one is not asked. */
  static boolean unobserved(JsonNode object) {
    JsonNode generation = object.at("/metadata/generation");
    JsonNode observed = object.at("/status/observedGeneration");
    return generation.isNumber() && observed.isNumber() && generation.asLong() != observed.asLong();
  }
}
