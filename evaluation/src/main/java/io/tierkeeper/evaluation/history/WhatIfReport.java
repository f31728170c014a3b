package io.tierkeeper.evaluation.history;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What another policy would have done, beside what happened.
 *
 * @param policy its name
 * @param hash of its spec
 * @param from first measurement
 * @param until last line
 * @param evaluations that the other policy was asked for
 * @param assumptions what the trail cannot tell, in sentences
 * @param tenants those to whom anything happened in either course, by name
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
    Course happened,
    Course otherwise) {

  /** One tenant, as it was and as it would have been. */
  public record Row(CourseFigures happened, CourseFigures otherwise) {}

  /**
   * A collection's course.
   *
   * @param peakDedicated most shard keys of tenants at any time
   */
  public record Course(CourseFigures total, int peakDedicated) {}
}
