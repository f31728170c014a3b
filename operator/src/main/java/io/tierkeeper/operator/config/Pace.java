package io.tierkeeper.operator.config;

import io.soabase.recordbuilder.core.RecordBuilder;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How often things are looked at, and how long they are waited for. {@link OperatorEnvironment} has the defaults for
 * production.
 *
 * @param evaluateEvery evaluates so often in addition to the policies' own schedule, which cannot go below a minute; null leaves
 *     it to the policies
 * @param evaluationGap the least time between two evaluations of a collection, whatever requests them
 * @param longestRetry the longest interval between two attempts after errors
 * @param settle how long a move waits after a switch for requests in flight
 * @param moveDeadline how long a transfer may make no progress before it counts as failed
 * @param keepFinishedFor how long a finished TierMove is kept
 * @param keepFinishedPerTenant how many finished TierMoves of a tenant are kept
 */
@RecordBuilder
public record Pace(
    @Nullable Duration evaluateEvery,
    Duration evaluationGap,
    Duration longestRetry,
    Duration settle,
    Duration moveDeadline,
    Duration keepFinishedFor,
    int keepFinishedPerTenant)
    implements PaceBuilder.With {

  /** For a demo or a test: evaluates once a second and settles for one. */
  public static Pace brisk() {
    return new Pace(
        Duration.ofSeconds(1),
        Duration.ofMillis(100),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        Duration.ofDays(30),
        20);
  }
}
