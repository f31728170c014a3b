package io.tierkeeper.lab.kubeapi;

import java.util.ArrayList;
import java.util.List;

/**
 * How a write is to be done.
 *
 * @param manager who writes
 * @param dryRun whether everything is done but the storing
 * @param force whether an apply takes fields from other managers
 * @param fieldValidation Strict, Warn or Ignore: what happens to unknown fields
 * @param warnings where warnings for the caller are collected
 */
record WriteOptions(
    String manager, boolean dryRun, boolean force, String fieldValidation, List<String> warnings) {

  static WriteOptions of(ApiRequest request) {
    String validation = request.query().getOrDefault("fieldValidation", "Warn");
    if (!List.of("Strict", "Warn", "Ignore").contains(validation)) {
      throw ApiError.badRequest("fieldValidation: Unsupported value: \"" + validation
          + "\": supported values: \"Ignore\", \"Strict\", \"Warn\"");
    }
    return new WriteOptions(
        request.fieldManager(),
        request.dryRun(),
        request.flag("force"),
        validation,
        new ArrayList<>());
  }
}
