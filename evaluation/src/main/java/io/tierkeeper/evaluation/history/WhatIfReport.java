package io.tierkeeper.evaluation.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What another policy would have done, in addition to what happened.
 *
 * @param policy its name
 * @param hash of its spec
 * @param from first measurement
 * @param until last line
 * @param evaluations that the other policy was asked for
 * @param assumptions what the trail does not record, in sentences
 * @param tenants those that changed in either history, by name
 * @param happened the whole collection, as it was
 * @param otherwise the whole collection, under the other policy
 */
public record WhatIfReport(
    String policy,
    String hash,
    Instant from,
    Instant until,
    long evaluations,
    List<String> assumptions,
    Map<String, Row> tenants,
    History happened,
    History otherwise) {

  /** One tenant, as it was and as it would have been. */
  public record Row(HistoryFigures happened, HistoryFigures otherwise) {}

  /**
   * A collection's history.
   *
   * @param peakDedicated most shard keys of tenants at any time
   */
  public record History(HistoryFigures total, int peakDedicated) {}
}
