package io.tierkeeper.huf;

import java.time.Instant;

/**
 * What identifies one export.
 *
 * @param datasetId what was exported
 * @param codeHash hash of the name of the code that did it
 * @param paramHash hash of the configuration
 * @param createdUtc when, as Python's isoformat writes it
 * @param runId hash of dataset, configuration and time
 */
public record RunStamp(
    String datasetId, String codeHash, String paramHash, String createdUtc, String runId) {
  /** The stamp of an export made at this instant. */
  public static RunStamp of(
      String datasetId, String codeFingerprint, HufConfig config, Instant created) {
    String time = PythonText.isoformat(created);
    String params = config.paramHash();
    return new RunStamp(
        datasetId,
        PythonText.hash(codeFingerprint),
        params,
        time,
        PythonText.hash(datasetId + "|" + params + "|" + time));
  }
}
