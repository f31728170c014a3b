package io.tierkeeper.lab.kubeapi.store;

import java.util.List;

/**
 * How to perform a write.
 *
 * @param manager who writes
 * @param dryRun whether everything is done but the storing
 * @param force whether an apply takes fields from other managers
 * @param fieldValidation Strict, Warn or Ignore: what happens to unknown fields
 * @param warnings where warnings for the caller are collected
 */
public record WriteOptions(
    String manager, boolean dryRun, boolean force, String fieldValidation, List<String> warnings) {}
