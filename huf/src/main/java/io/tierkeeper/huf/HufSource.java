package io.tierkeeper.huf;

import java.time.Instant;
import java.util.List;

/**
 * A composition to export.
 *
 * @param dataset what it is, for the run stamp
 * @param at when it was measured
 * @param items in their order
 */
public record HufSource(String dataset, Instant at, List<HufItem> items) {}
